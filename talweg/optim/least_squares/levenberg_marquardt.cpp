#include "talweg/optim/least_squares/levenberg_marquardt.hpp"

#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {

LevenbergMarquardt LevenbergMarquardt::parse(std::string_view given) {
  const Spec spec = Spec::read(given);
  if (spec.name != card.name)
    throw Error("optimizer",
                text::cat("'", given,
                          "' fits nothing: the optimizer of a fit is lm; the others minimise a number, not residuals"));
  if (spec.colon) refuse_variant("optimizer lm", spec.variant(), std::vector<std::string_view>{});
  LevenbergMarquardt method;
  std::vector<std::string_view> taken;
  for (const Spec::Piece& piece : spec.options()) {
    require_option(spec.head, piece);
    take_once(spec.head, piece.key, taken);
    std::vector<std::string_view> names;
    bool known = false;
    for (const auto& field : settings) {
      names.push_back(field.name);
      if (field.name != piece.key) continue;
      field.set(method, detail::read_setting(spec.head, field.info(method), piece.value));
      known = true;
    }
    if (!known) refuse_key(spec.head, piece.key, names);
  }
  return method;
}

std::string LevenbergMarquardt::spec() const { return spec_of(*this); }

}  // namespace talweg

#include "talweg/optim/least_squares/levenberg_marquardt.hpp"

#include <utility>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/settings.hpp"
#include "talweg/optim/names.hpp"

namespace talweg {

namespace {

constexpr std::string_view names[]{LevenbergMarquardt::card.name};

}  // namespace

const std::vector<ItemInfo>& least_squares_methods() {
  static const std::vector<ItemInfo> all = [] {
    ItemInfo item{.card = LevenbergMarquardt::card};
    for (const auto& field : LevenbergMarquardt::settings) item.fields.push_back(field.info(LevenbergMarquardt{}));
    return std::vector{std::move(item)};
  }();
  return all;
}

void refuse_least_squares(std::string_view given) {
  const std::string usual = usual_spec(given, names);
  const std::string_view name = Spec::read(usual).name;
  if (name != LevenbergMarquardt::card.name) return;
  throw Error("optimizer",
              text::cat("optimizer '", given,
                        "' serves fits alone (talweg fit, least_squares), where it sees each residual: to minimise "
                        "one number take lbfgs, or write the formula as a fit, y ~ model"));
}

LevenbergMarquardt LevenbergMarquardt::parse(std::string_view given) {
  const std::string usual = usual_spec(given, names);
  const Spec spec = Spec::read(usual);
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
    std::vector<std::string_view> keys;
    bool known = false;
    for (const auto& field : settings) {
      keys.push_back(field.name);
      if (field.name != piece.key) continue;
      field.set(method, detail::read_setting(spec.head, field.info(method), piece.value));
      known = true;
    }
    if (!known) refuse_key(spec.head, piece.key, keys);
  }
  return method;
}

std::string LevenbergMarquardt::spec() const { return spec_of(*this); }

}  // namespace talweg

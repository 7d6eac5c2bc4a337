#include "talweg/models/factorization_spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/spec_refusals.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t largest_rank = 4096;
constexpr double default_l2 = 1, default_l2_bias = 0.2;

using F = Field<FactorizationSpec>;
constexpr Range penalty{0, 1e9};
constexpr std::array fields{
    F{"l2", &FactorizationSpec::l2, penalty, "λ of the factors of both sides; unset: the deviation of the ratings"},
    F{"l2_user", &FactorizationSpec::l2_user, penalty, "λ of the factors of users"},
    F{"l2_item", &FactorizationSpec::l2_item, penalty, "λ of the factors of items"},
    F{"l2_bias", &FactorizationSpec::l2_bias, penalty, "λ of the biases of both sides; unset: 0.2"},
    F{"l2_user_bias", &FactorizationSpec::l2_user_bias, penalty, "λ of the biases of users"},
    F{"l2_item_bias", &FactorizationSpec::l2_item_bias, penalty, "λ of the biases of items"},
    F{"l2_power", &FactorizationSpec::l2_power, unit_interval, "0: every row alike; 1: by its number of ratings"},
    F{"init", &FactorizationSpec::init, Range{0, 100, true}, "size of the factors at the start"},
    F{"biases", &FactorizationSpec::biases, "mean and biases beside u·v"},
    F{"nonnegative", &FactorizationSpec::nonnegative, "factors at least 0"},
    F{"clip", &FactorizationSpec::clip, "predictions are moved into the range of the training ratings"},
    F{"seen", &FactorizationSpec::seen, "the model remembers who rated what"}};

void set_option(FactorizationSpec& spec, std::string_view key, std::string_view value) {
  const auto field = std::ranges::find(fields, key, &F::name);
  if (field == fields.end()) {
    std::vector<std::string_view> keys;
    for (const F& f : fields) keys.push_back(f.name);
    refuse_option("mf", key, keys);
  }
  if (!field->read(spec, value).empty()) refuse_value(field->info(spec), value);
}

void check(const FactorizationSpec& spec) {
  const char* idle = spec.l2 && spec.l2_user && spec.l2_item                  ? "l2"
                     : spec.l2_bias && spec.l2_user_bias && spec.l2_item_bias ? "l2_bias"
                                                                              : nullptr;
  if (idle)
    throw Error(text::cat("model option ", idle, " has no effect beside ",
                          idle == std::string_view("l2") ? "l2_user and l2_item" : "l2_user_bias and l2_item_bias",
                          "; leave it out"));
  if (!spec.biases && (spec.l2_bias || spec.l2_user_bias || spec.l2_item_bias))
    throw Error("model option l2_bias has no effect with biases=false; leave one of them out");
}

}  // namespace

bool FactorizationSpec::recognises(std::string_view text) { return Spec::read(text).name == "mf"; }

FactorizationSpec FactorizationSpec::parse(std::string_view text) {
  FactorizationSpec out;
  const Spec spec = Spec::read(text);
  std::vector<std::string_view> given;
  for (const Spec::Piece& piece : spec.pieces) {
    if (piece.option) {
      take_once("model 'mf'", piece.key, given);
      set_option(out, piece.key, piece.value);
      continue;
    }
    const auto rank = text::parse_integer(piece.text);
    if (!rank || *rank < 1 || *rank > largest_rank || out.rank != 0)
      throw Error(text::cat("model 'mf': '", piece.text, "' is no rank; write one whole number from 1 to ",
                            largest_rank, ", then options as key=value, as in mf:16,l2=0.5"));
    out.rank = *rank;
  }
  if (out.rank == 0) throw Error("model 'mf' needs the rank of its factors, as in mf:16");
  check(out);
  return out;
}

std::string FactorizationSpec::text() const {
  static constexpr FactorizationSpec defaults{};
  SpecWriter out("mf");
  out.word(text::cat(rank));
  for (const F& f : fields)
    if (const std::string value = f.write(*this); value != f.write(defaults)) out.option(f.name, value);
  return out.take();
}

ItemInfo FactorizationSpec::item() {
  ItemInfo out{.card = {.name = "mf",
                        .title = "Matrix factorisation of rank k: mf:16",
                        .formula = "r_ij ≈ μ + b_i + c_j + u_i·v_j",
                        .source = "Koren, Bell & Volinsky 2009, IEEE Computer 42(8)",
                        .note = "What some tables call LBFGS-MF is this model trained by lbfgs.",
                        .guidance = {"ratings by users of items, and what else they may like",
                                     "learns tastes from ratings alone, without any feature",
                                     "knows nothing of new users and items; λ and rank have to be tuned"}}};
  for (const F& f : fields) out.fields.push_back(f.info({}));
  return out;
}

Penalties FactorizationSpec::penalties(double deviation) const {
  const double factors = l2.value_or(default_l2 * deviation), bias = l2_bias.value_or(default_l2_bias);
  return {l2_user.value_or(factors), l2_item.value_or(factors), l2_user_bias.value_or(bias),
          l2_item_bias.value_or(bias), l2_power};
}

void FactorizationSpec::resolve(double deviation) {
  const Penalties p = penalties(deviation);
  const auto put = [](double user, double item, auto& both, auto& one, auto& other) {
    both = one = other = std::nullopt;
    if (user == item)
      both = user;
    else
      one = user, other = item;
  };
  put(p.user, p.item, l2, l2_user, l2_item);
  if (biases) put(p.user_bias, p.item_bias, l2_bias, l2_user_bias, l2_item_bias);
}

}  // namespace talweg::models

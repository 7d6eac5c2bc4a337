// Methods, models, groups and clips as they are typed: what is read is written so that it reads back.
#include "talweg/optim/spec.hpp"
#include "fuzz.hpp"
#include "talweg/models/factorization_spec.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/optim/deterministic/all.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  fuzz::expect_nothing_worse([&] {
    const std::string spec = FirstOrder::parse(text).spec();
    fuzz::require(FirstOrder::parse(spec).spec() == spec);
  });
  fuzz::expect_nothing_worse([&] {
    const auto spec = models::ModelSpec::parse(text);
    fuzz::require(models::ModelSpec::parse(spec.text()) == spec);
  });
  fuzz::expect_nothing_worse([&] {
    const auto spec = models::FactorizationSpec::parse(text);
    fuzz::require(models::FactorizationSpec::parse(spec.text()).text() == spec.text());
  });
  fuzz::expect_nothing_worse([&] { Group::parse(text); });
  fuzz::expect_nothing_worse([&] { Clip::parse(text); });
  return 0;
}

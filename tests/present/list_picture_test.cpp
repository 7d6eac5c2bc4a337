#include "talweg/present/list_picture.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/svg.hpp"
#include "talweg/api/operation_curves.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/base/error.hpp"
#include "talweg/nn/ops/activations_table.hpp"

namespace talweg::present {
namespace {

using ::talweg::testing::elements_with;
using ::talweg::testing::panels;

/// Of a program's own.
struct Cube {
  static constexpr Card card = nn::described("cube", "x³", "for this test");
  static constexpr nn::ActivationTraits traits{};
  template <class T> T value(T x) const { return x * x * x; }
  template <class T> T slope(T x, T) const { return T(3) * x * x; }
};

TEST(OperationCurves, HaveTheSlopesOfDifferences) {
  for (const api::Topic& topic : api::topics()) {
    if (!api::has_curves(topic.name)) continue;
    for (const ItemInfo& item : topic.items()) {
      // Nowhere near a kink, which lie at whole numbers.
      const auto curve = api::operation_curve(topic.name, item.card.name, -2.7, 2.55, 36);
      constexpr double h = 1e-5;
      for (std::size_t k = 0; k < curve.x.size(); ++k) {
        if (std::abs(curve.x[k] - std::round(curve.x[k])) < 1e-3) continue;
        const auto near = api::operation_curve(topic.name, item.card.name, curve.x[k] - h, curve.x[k] + h, 2);
        // Central differences err by h²/6·|f'''|, f''' being below 20 here, and by rounding over 2h.
        EXPECT_NEAR(curve.slope[k], (near.value[1] - near.value[0]) / (2 * h), 1e-9) << item.card.name << curve.x[k];
      }
    }
  }
}

TEST(OperationCurves, BreakTheSlopeWhereItJumps) {
  const auto relu = api::operation_curve("activations", "relu", -1, 1, 5);  // 0 is one of the five
  ASSERT_EQ(relu.x.size(), 5u);
  EXPECT_EQ(relu.value, (std::vector<double>{0, 0, 0, 0.5, 1}));
  EXPECT_TRUE(std::isnan(relu.slope[2]));
  const auto between = api::operation_curve("activations", "relu", -1, 2, 3);  // -1, 0.5, 2
  EXPECT_EQ(between.x, (std::vector<double>{-1, 0, 0.5, 2}));
  EXPECT_EQ(between.value, (std::vector<double>{0, 0, 0.5, 2}));
  EXPECT_TRUE(std::isnan(between.slope[1]));
}

TEST(ListPicture, HasWhatAProgramBringsOfItsOwn) {
  const std::size_t before = list_picture("activations").panels.size();
  nn::register_activation<Cube>();
  EXPECT_EQ(list_picture("activations").panels.size(), before + 1);
  const auto one = list_picture("cube", {.ranges = {{"x", -1, 2}}});
  ASSERT_EQ(one.panels.size(), 1u);
  const auto& chart = std::get<report::plot::Chart>(one.panels[0]);
  EXPECT_EQ(chart.series[0].x.front(), -1);
  EXPECT_EQ(chart.series[0].y.back(), 8);
  EXPECT_EQ(chart.series[1].y.back(), 12);
}

TEST(ListPicture, HasOneLegendForAll) {
  const std::string svg = report::plot::svg(list_picture("activations"));
  std::size_t names = 0;
  for (std::size_t at = svg.find(">slope<"); at != std::string::npos; at = svg.find(">slope<", at + 1)) ++names;
  EXPECT_EQ(names, 2u) << "the legend, and what pointing at its marker tells";
}

TEST(ListPicture, OfNothingElse) {
  EXPECT_THROW(list_picture("layers"), Error);
  EXPECT_THROW(list_picture("no such thing"), Error);
  EXPECT_THROW(list_picture("relu", {.ranges = {{"y", 0, 1}}}), Error);
}

}  // namespace
}  // namespace talweg::present

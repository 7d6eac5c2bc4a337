#include "talweg/tensor/tensor.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

TEST(Shape, CountsRowsColumnsAndElements) {
  EXPECT_EQ((Shape{3, 4}).size(), 12);
  EXPECT_EQ((Shape{2, 3, 4}).rows(), 6);
  EXPECT_EQ((Shape{2, 3, 4}).columns(), 4);
  EXPECT_EQ((Shape{5}).rows(), 1);
  EXPECT_EQ((Shape{5}).columns(), 5);
  EXPECT_EQ((Shape{0, 4}).size(), 0);
  EXPECT_EQ(Shape().size(), 0);
  EXPECT_EQ((Shape{2, 3}).to_string(), "(2, 3)");
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
  EXPECT_NE((Shape{6}), (Shape{6, 1}));
}

TEST(Shape, RefusesNegativeExtentsAndTooMany) {
  EXPECT_THROW((Shape{2, -1}), Error);
  EXPECT_THROW((Shape{1, 1, 1, 1, 1}), Error);
}

TEST(Tensor, IsOfDoubleUnlessTold) {
  Tensor x({4, 1}, {1, 2, 3, 4});
  static_assert(std::is_same_v<decltype(x), Tensor<double>>);
  EXPECT_EQ(x(2, 0), 3);
  EXPECT_EQ(x.rows(), 4);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(x.data()) % 64, 0u);
}

TEST(Tensor, RefusesAWrongCount) {
  try {
    Tensor x({2, 2}, {1, 2, 3});
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "a tensor of shape (2, 2) needs 4 numbers, but 3 were given");
  }
}

TEST(Tensor, ViewsShareItsMemory) {
  Tensor<float> x({3, 2}, {1, 2, 3, 4, 5, 6});
  const View<float> v = x;
  v(1, 1) = 40;
  EXPECT_EQ(x(1, 1), 40);
  const View<const float> rows = View<const float>(v).row_range(1, 2);
  EXPECT_EQ(rows.shape(), (Shape{2, 2}));
  EXPECT_EQ(rows(1, 0), 5);
  const Tensor<float> copy = x;
  v[0] = -1;
  EXPECT_EQ(copy[0], 1);
}

}  // namespace
}  // namespace talweg

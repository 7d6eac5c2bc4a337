#include "talweg/models/information.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg::models {
namespace {

/// The same rows dense and sparse, half of the cells 0.
struct Rows {
  std::int64_t rows, columns;
  std::vector<double> dense;
  data::SparseRows sparse;
  Rows(std::int64_t r, std::int64_t c) : rows(r), columns(c), dense(static_cast<std::size_t>(r * c)) {
    Random random(1);
    sparse.width = static_cast<std::size_t>(c);
    for (std::int64_t i = 0; i < r; ++i) {
      for (std::int64_t j = 0; j < c; ++j)
        if (random.uniform() < 0.5) {
          const double v = random.normal() + 3;
          dense[static_cast<std::size_t>(i * c + j)] = v;
          sparse.columns.push_back(static_cast<std::uint32_t>(j));
          sparse.values.push_back(v);
        }
      sparse.starts.push_back(sparse.columns.size());
    }
  }
};

double curvature(std::size_t row, std::size_t k, std::size_t l) {
  const double p = 0.1 + 0.2 * static_cast<double>(k), q = 0.1 + 0.2 * static_cast<double>(l);
  return (k == l ? p * (1 - p) : -p * q) * (1 + 0.001 * static_cast<double>(row % 7));
}

TEST(Information, IsTheSumOverTheRowsAndTheSameForSparseOnes) {
  for (const std::int64_t columns : {1, 5, 100}) {  // more than one band
    const Rows rows(300, columns);
    const LinearInputs dense{rows.rows, rows.columns, rows.dense.data(), nullptr};
    const std::size_t outputs = columns == 100 ? 1 : 3, width = static_cast<std::size_t>(columns) + 1,
                      p = outputs * width;
    Pool pool(2);
    const PlacedInputs in = PlacedInputs::of(pool, dense);
    std::vector<double> expected(p * p);
    for (std::size_t r = 0; r < 300; ++r) {
      std::vector<double> z(width, 1.0);
      for (std::size_t i = 0; i + 1 < width; ++i) z[i] = (rows.dense[r * (width - 1) + i] - in.mean[i]) * in.factor[i];
      for (std::size_t k = 0; k < outputs; ++k)
        for (std::size_t l = 0; l <= k; ++l)
          for (std::size_t i = 0; i < width; ++i)
            for (std::size_t j = 0; j < width; ++j)
              expected[(k * width + i) * p + l * width + j] += curvature(r, k, l) * z[i] * z[j];
    }
    const std::vector<double> found = information(pool, in, outputs, curvature, {}),
                              in_sparse = information(pool, PlacedInputs::of(pool, LinearInputs::of(rows.sparse)),
                                                      outputs, curvature, {});
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        EXPECT_NEAR(found[i * p + j], expected[i * p + j], 1e-10);
        EXPECT_NEAR(in_sparse[i * p + j], expected[i * p + j], 1e-10);
      }
    Pool one(1);
    EXPECT_EQ(information(one, in, outputs, curvature, {}), found);
  }
}

TEST(Information, ColumnsFarFromNoughtKeepTheirDigits) {
  Rows rows(200, 2);
  for (std::size_t i = 0; i < rows.dense.size(); i += 2) rows.dense[i] = 1.7e9 + static_cast<double>(i % 13);
  rows.sparse = {};
  rows.sparse.width = 2;
  for (std::size_t r = 0; r < 200; ++r) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      rows.sparse.columns.push_back(c);
      rows.sparse.values.push_back(rows.dense[2 * r + c]);
    }
    rows.sparse.starts.push_back(rows.sparse.columns.size());
  }
  Pool pool(1);
  const PlacedInputs in = PlacedInputs::of(pool, LinearInputs::of(rows.sparse));
  const auto one = [](std::size_t, std::size_t, std::size_t) { return 1.0; };
  const std::vector<double> m = information(pool, in, 1, one, {});
  EXPECT_NEAR(m[0], 200, 1e-6);  // n rows of deviation 1
}

}  // namespace
}  // namespace talweg::models

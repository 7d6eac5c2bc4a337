#include "talweg/optim/least_squares/student.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace talweg {
namespace {

// t = √(ν·y/(1 − y)) with y = scipy.special.betaincinv(1/2, ν/2, level): SciPy 1.10 (its stats.t.ppf has nine digits).
TEST(Student, QuantilesAreThoseOfTables) {
  struct Known {
    double level, degrees, t;
  };
  const Known known[] = {{0.5, 1, 0.9999999999999993},        {0.5, 3, 0.764892328404345},
                         {0.5, 10, 0.6998120613124317},       {0.5, 57.5, 0.6787804578526085},
                         {0.5, 1000, 0.6747351646072691},     {0.5, 9999, 0.6745142869382459},
                         {0.5, 20000, 0.6745020171417402},    {0.5, 10000000.0, 0.6744897747295753},
                         {0.95, 1, 12.706204736174696},       {0.95, 3, 3.182446305283708},
                         {0.95, 10, 2.228138851986275},       {0.95, 57.5, 2.002088151979507},
                         {0.95, 1000, 1.9623390808262617},    {0.95, 9999, 1.9602012636208044},
                         {0.95, 20000, 1.9600826051574258},   {0.95, 10000000.0, 1.9599642218793785},
                         {0.99, 1, 63.656741162871526},       {0.99, 3, 5.840909309733356},
                         {0.99, 10, 3.169272672616951},       {0.99, 57.5, 2.664071615911495},
                         {0.99, 1000, 2.5807546980658507},    {0.99, 9999, 2.5763210958563167},
                         {0.99, 20000, 2.5760751530169235},   {0.99, 10000000.0, 2.575829795259427},
                         {0.9999, 1, 6366.197671316638},      {0.9999, 3, 28.00013001095001},
                         {0.9999, 10, 6.211050891290747},     {0.9999, 57.5, 4.181429785073259},
                         {0.9999, 1000, 3.906343736701388},   {0.9999, 9999, 3.8921621406514366},
                         {0.9999, 20000, 3.8913767940231287}, {0.9999, 10000000.0, 3.8905934559173607}};
  for (const auto& [level, degrees, t] : known)
    EXPECT_NEAR(student_quantile(level, degrees) / t, 1, 1e-9) << level << ' ' << degrees;
}

TEST(Student, KnownInClosedForm) {
  // One degree of freedom is Cauchy's distribution, two have t = p·√(2/(1−p²)) at level p.
  for (const double p : {0.1, 0.5, 0.9, 0.99, 0.9999}) {
    EXPECT_NEAR(student_quantile(p, 1) / std::tan(p * M_PI / 2), 1, 1e-9);
    EXPECT_NEAR(student_quantile(p, 2) / (p * std::sqrt(2 / (1 - p * p))), 1, 1e-9);
  }
}

}  // namespace
}  // namespace talweg

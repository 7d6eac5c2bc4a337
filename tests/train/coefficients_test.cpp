#include "talweg/train/coefficients.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/data/read.hpp"

namespace talweg::train {
namespace {

using talweg::testing::Folder;
using talweg::testing::put;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// A file with columns of all kinds, read and understood.
struct Understood {
  data::Table table;
  data::Target target;
  data::Preprocess preprocess;
  std::vector<std::uint32_t> rows;

  Understood(const std::string& text, const std::string& target_name, data::Standardize standardize) {
    const Folder folder;
    table = data::read_table(put(folder / "d.csv", text), {});
    target = data::understand_target(table, target_name, {});
    for (std::uint32_t r = 0; r < table.rows; ++r) rows.push_back(r);
    preprocess = data::Preprocess::fit(table, target, rows, {standardize, {}});
  }
};

const std::string mixed =
    "small,large,colour,same,y\n.1,1000,red,7,1\n.4,-5000,blue,7,2\n-.2,2500,red,7,4\n.3,800,green,7,8\n";

TEST(Coefficients, ArePredictionsOverTheColumnsAsTheyStandInTheFile) {
  for (const auto standardize : {data::Standardize::off, data::Standardize::on}) {
    const Understood d(mixed, "y", standardize);
    for (const std::size_t outputs : {std::size_t{1}, std::size_t{3}}) {
      models::Head head;
      head.outputs = outputs;
      head.mean = 3.5, head.deviation = 12;
      const std::size_t inputs = d.preprocess.inputs();
      Random random(7);
      std::vector<double> parameters((inputs + 1) * outputs);
      for (double& p : parameters) p = random.normal();
      const Coefficients c = coefficients_of(d.preprocess, head, parameters, epsilon);
      ASSERT_EQ(c.values.size(), inputs * outputs);
      EXPECT_EQ(c.scaled.empty(), standardize == data::Standardize::off);
      std::vector<double> x(d.rows.size() * inputs);
      d.preprocess.encode(d.table, d.rows, std::span<double>(x));
      const data::Preprocess raw = data::Preprocess::fit(d.table, d.target, d.rows, {data::Standardize::off, {}});
      std::vector<double> in_file(x.size());
      raw.encode(d.table, d.rows, std::span<double>(in_file));
      for (std::size_t r = 0; r < d.rows.size(); ++r)
        for (std::size_t o = 0; o < outputs; ++o) {
          double of_network = parameters[inputs * outputs + o], of_file = c.intercepts[o];
          for (std::size_t i = 0; i < inputs; ++i) {
            of_network += parameters[i * outputs + o] * x[r * inputs + i];
            of_file += c.values[i * outputs + o] * in_file[r * inputs + i];
          }
          const double expected = head.mean + head.deviation * of_network;
          EXPECT_NEAR(of_file, expected, 1e-12 * (100 + std::abs(expected)));
        }
    }
  }
}

TEST(Coefficients, AnInterceptThatIsRoundingIsNought) {
  // y = 2x through x = 1 … 5, target and column standardised: both deviations are √2 times something.
  const Understood d("x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n", "y", data::Standardize::on);
  models::Head head;
  head.mean = 6, head.deviation = std::sqrt(8.0);
  for (const double bias : {0.0, 1e-16, -2e-16}) {
    const Coefficients c = coefficients_of(d.preprocess, head, std::vector<double>{1, bias}, epsilon);
    EXPECT_EQ(c.values[0], 2);
    EXPECT_NEAR(c.scaled[0], std::sqrt(8.0), 1e-15);
    EXPECT_EQ(c.intercepts[0], 0);
  }
  EXPECT_GT(coefficients_of(d.preprocess, head, std::vector<double>{1, 1e-12}, epsilon).intercepts[0], 0);
}

TEST(Start, IsReadInTheUnitsOfTheFile) {
  for (const auto standardize : {data::Standardize::off, data::Standardize::on}) {
    const Understood d(mixed, "y", standardize);
    models::Head head;
    head.mean = 3.5, head.deviation = 12;
    const auto parameters = parameters_from("weight[large]=.25, bias=-2,weight[colour=red]=1e3", d.preprocess, head);
    const Coefficients c = coefficients_of(d.preprocess, head, parameters, epsilon);
    const auto names = d.preprocess.input_names();
    for (std::size_t i = 0; i < names.size(); ++i)
      EXPECT_NEAR(c.values[i], names[i] == "large" ? 0.25 : names[i] == "colour=red" ? 1000 : 0, 1e-12) << names[i];
    EXPECT_NEAR(c.intercepts[0], -2, 1e-12);
  }
}

TEST(Start, OneInputNeedsNoName) {
  const Understood d("x,y\n1,2\n2,4\n", "y", data::Standardize::off);
  EXPECT_EQ(parameters_from("weight=.5,bias=.1", d.preprocess, {}), (std::vector<double>{0.5, 0.1}));
  EXPECT_EQ(parameters_from("bias=.1", d.preprocess, {}), (std::vector<double>{0, 0.1}));
}

TEST(Start, WrongNamesAndNumbersAreRefusedByName) {
  const Understood d(mixed, "y", data::Standardize::on);
  const auto refusal = [&](const char* start) {
    return talweg::testing::message_of<Error>([&] { parameters_from(start, d.preprocess, {}); });
  };
  using talweg::testing::contains;
  EXPECT_TRUE(contains(refusal("weight[lrage]=1"), "did you mean 'weight[large]'"));
  EXPECT_TRUE(contains(refusal("weight=1"), "'weight' is no parameter of this model"));
  EXPECT_TRUE(contains(refusal("bias"), "must be written name=number"));
  EXPECT_TRUE(contains(refusal("weight[colour=red]"), "must be written name=number"));
  EXPECT_TRUE(contains(refusal("bias=inf"), "'inf' must be a finite number"));
  EXPECT_TRUE(contains(refusal("bias=1,bias=2"), "bias is given twice"));
  EXPECT_TRUE(contains(refusal("weight[same]=1"), "the column is constant"));
}

}  // namespace
}  // namespace talweg::train

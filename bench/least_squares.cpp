// bench_least_squares [--optimizer SPEC]: NIST's certified fits from each start, one line of JSON each: digits of the
// worst parameter and the worst standard error, evaluations, and microseconds of one fit (the best of five batches),
// reading apart. tools/bench_least_squares.py puts SciPy's beside them.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "talweg/api/fit/fit.hpp"
#include "talweg/base/file.hpp"
#include "talweg/data/read.hpp"
#include "talweg/optim/least_squares/least_squares.hpp"

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double digits(double value, double certified) {
  if (!std::isfinite(value)) return 0;
  const double error = certified == 0 ? std::abs(value) : std::abs((value - certified) / certified);
  return error == 0 ? 11 : std::clamp(-std::log10(error), 0.0, 11.0);
}

double microseconds(const talweg::Residuals& residuals, const std::vector<double>& x0,
                    const talweg::LevenbergMarquardt& method) {
  double best = 1e300;
  for (int batch = 0; batch < 5; ++batch) {
    const auto begin = Clock::now();
    int runs = 0;
    double passed = 0;
    do {
      talweg::least_squares(residuals, x0, method);
      passed = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    } while (++runs < 100 && passed < 2e4);
    best = std::min(best, passed / runs);
  }
  return best;
}

void run(const std::string& folder, const Json& problem, const talweg::LevenbergMarquardt& method) {
  const auto table = std::make_shared<const talweg::data::Table>(
      talweg::data::read_table(folder + problem["name"].get<std::string>() + ".csv"));
  std::vector<std::string> names;
  for (const auto& [name, value] : problem["parameters"].items()) names.push_back(name);
  const talweg::api::FitRows rows(talweg::api::FitFormula::parse(problem["formula"]), names, table);
  int start = 0;
  for (const Json& from : problem["starts"]) {
    std::vector<double> x0;
    for (const auto& name : names) x0.push_back(from[name]);
    const auto r = talweg::least_squares(rows.residuals(), x0, method);
    double parameters = 11, errors = 11;
    for (std::size_t j = 0; j < names.size(); ++j) {
      parameters = std::min(parameters, digits(r.x[j], problem["parameters"][names[j]]));
      errors = std::min(errors, digits(r.standard_errors[j], problem["standard_errors"][names[j]]));
    }
    std::printf(
        "{\"name\":\"%s\",\"start\":%d,\"success\":%s,\"digits\":%.2f,\"error_digits\":%.2f,\"residuals\":%lld,"
        "\"jacobians\":%lld,\"checks\":%lld,\"microseconds\":%.1f}\n",
        problem["name"].get<std::string>().c_str(), ++start, r.success() ? "true" : "false", parameters, errors,
        static_cast<long long>(r.evaluations.function), static_cast<long long>(r.evaluations.gradient),
        static_cast<long long>(r.evaluations.check), microseconds(rows.residuals(), x0, method));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto method =
      talweg::LevenbergMarquardt::parse(argc == 3 && std::strcmp(argv[1], "--optimizer") == 0 ? argv[2] : "lm");
  const std::string folder = TALWEG_SOURCE_DIR "/data/nist/";
  for (const char* file : {"problems.json", "linear.json"})
    for (const Json& problem : Json::parse(talweg::file::read(folder + file))) run(folder, problem, method);
  return 0;
}

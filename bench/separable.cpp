// Logistic regression in mini-batches of 256 by Adam: as a function of a program's own (a separable one, plain loops
// over its rows) and as the built-in model, in turns in one process on one thread, the rows in memory. Both see the
// same rows in the same order from the same start, so that they must come to the same weights.
//
//   build/bench/bench_separable [FILE.libsvm [rounds [epochs]]]
//
// Without a file: rows like those of a9a, generated (32,561 of 123 columns, 14 ones each).

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "talweg/train/terms/terms.hpp"

using namespace talweg;

namespace {

constexpr std::size_t batch_size = 256;
const Adam rule{.learning_rate = 1e-3};

/// Processor time of this one-threaded program: what other programs take is not counted.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The entries of row r that are not 0 stand at starts[r] … starts[r + 1].
struct Rows {
  std::size_t width = 0;
  std::vector<std::size_t> starts{0};
  std::vector<std::uint32_t> columns;
  std::vector<double> values, side;  ///< side: 0 or 1
  std::size_t size() const { return side.size(); }
};

Rows read(const char* path) {
  const data::Table table = data::read_table(path, {.sparse_libsvm = true});
  if (!table.sparse) {
    std::fprintf(stderr, "%s is no libsvm file\n", path);
    std::exit(2);
  }
  const data::Target target = data::understand_target(table, "label", data::Wanted::binary);
  std::vector<std::uint32_t> all(table.rows);
  for (std::size_t r = 0; r < all.size(); ++r) all[r] = static_cast<std::uint32_t>(r);
  const data::SparseRows sparse = data::encode_sparse(data::Preprocess::fit(table, target, all), table, all);
  Rows out;
  out.width = sparse.width;
  out.side = data::target_values(table, target);
  for (std::size_t r = 0; r < sparse.rows(); ++r) {
    for (std::size_t k = sparse.starts[r]; k < sparse.starts[r + 1]; ++k) {
      out.columns.push_back(static_cast<std::uint32_t>(sparse.columns[k]));
      out.values.push_back(sparse.value(k));
    }
    out.starts.push_back(out.columns.size());
  }
  return out;
}

Rows generate() {
  Random random(1996);
  Rows out;
  out.width = 123;
  for (std::size_t r = 0; r < 32'561; ++r) {
    double score = -1;
    for (std::uint32_t k = 0; k < 14; ++k) {  // one of each group of columns
      const std::uint32_t column = k * 123 / 14 + static_cast<std::uint32_t>(random.uniform() * 8);
      out.columns.push_back(column);
      out.values.push_back(1);
      score += std::sin(column);
    }
    out.starts.push_back(out.columns.size());
    out.side.push_back(random.uniform() < 1 / (1 + std::exp(-score)) ? 1 : 0);
  }
  return out;
}

/// Of one row with the score z: the loss, and its slope in z.
double loss_of(double z, double side, double& slope) {
  const double e = std::exp(-std::abs(z));
  slope = (z > 0 ? 1 / (1 + e) : e / (1 + e)) - side;
  return std::log1p(e) + std::max(z, 0.0) - side * z;
}

/// As one writes it who has such rows: x holds a weight for each column, and the bias.
struct OnSparseRows {
  const Rows* data;
  std::size_t examples() const { return data->size(); }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    std::fill(g.begin(), g.end(), 0.0);
    const double share = 1 / static_cast<double>(rows.size());
    double sum = 0;
    for (const std::uint32_t r : rows) {
      double z = x[data->width], slope = 0;
      for (std::size_t k = data->starts[r]; k < data->starts[r + 1]; ++k) z += data->values[k] * x[data->columns[k]];
      sum += loss_of(z, data->side[r], slope);
      slope *= share;
      for (std::size_t k = data->starts[r]; k < data->starts[r + 1]; ++k)
        g[data->columns[k]] += slope * data->values[k];
      g[data->width] += slope;
    }
    return sum * share;
  }
};

/// The same over rows with all their zeros, as the built-in model sees them.
struct OnDenseRows {
  const Rows* data;
  std::vector<double> all;  ///< (rows, width)
  explicit OnDenseRows(const Rows& rows) : data(&rows), all(rows.size() * rows.width) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::size_t k = rows.starts[r]; k < rows.starts[r + 1]; ++k)
        all[r * rows.width + rows.columns[k]] = rows.values[k];
  }
  std::size_t examples() const { return data->size(); }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    std::fill(g.begin(), g.end(), 0.0);
    const std::size_t n = data->width;
    const double share = 1 / static_cast<double>(rows.size());
    double sum = 0;
    for (const std::uint32_t r : rows) {
      const double* row = all.data() + r * n;
      double parts[4] = {}, slope = 0;  // four sums, so that the additions do not wait for each other
      std::size_t j = 0;
      for (; j + 4 <= n; j += 4)
        for (std::size_t k = 0; k < 4; ++k) parts[k] += row[j + k] * x[j + k];
      for (; j < n; ++j) parts[0] += row[j] * x[j];
      sum += loss_of(x[n] + ((parts[0] + parts[1]) + (parts[2] + parts[3])), data->side[r], slope);
      slope *= share;
      for (j = 0; j < n; ++j) g[j] += slope * row[j];
      g[n] += slope;
    }
    return sum * share;
  }
};

struct Contestant {
  std::string name;
  std::vector<double> seconds = {};  ///< of the epochs alone
  std::vector<double> weights = {};
};

template <class F> void run_own(const F& f, std::size_t n, std::int64_t epochs, Contestant& c) {
  double begin = 0, end = 0;
  StochasticOptions options{.batch_size = batch_size, .epochs = epochs};
  options.callbacks = {{.begin = [&](const StochasticOptions::Epoch&) { begin = now(); },
                        .epoch =
                            [&](const StochasticOptions::Epoch& e) {
                              end = now();
                              c.weights.assign(e.x.begin(), e.x.end());
                            }}};
  minimize(separable(f), std::vector<double>(n), FirstOrder(rule), options);
  c.seconds.push_back(end - begin);
}

template <class T> void run_built_in(const Rows& rows, std::int64_t epochs, Contestant& c) {
  train::Examples<T> examples;
  const OnDenseRows dense(rows);
  examples.rows = rows.size();
  examples.inputs = rows.width;
  examples.x.assign(dense.all.begin(), dense.all.end());
  examples.truth = rows.side;
  const models::Head head = models::Head::fit(data::Task::binary, "binary_cross_entropy", 2, examples.truth);
  examples.targets = models::encode_targets<T>(head, examples.truth);
  models::Model<T> model(models::ModelSpec::parse("logistic"), head, rows.width, 0);
  Pool pool(1);
  const train::Examples<T> none;
  train::Batches<T> learner(model, Optimizer<T>(rule, segments(model.network().parameters().list)), examples, none,
                            {.batch_size = batch_size}, pool);
  double begin = 0, end = 0;
  train::train(learner, {.epochs = epochs},
               {.callbacks = {{.begin = [&](const train::BeginEvent&) { begin = now(); },
                               .epoch = [&](const train::EpochEvent&) { end = now(); }}}});
  c.seconds.push_back(end - begin);
  const auto w = model.network().parameters().values;
  c.weights.assign(w.begin(), w.end());
}

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const Rows rows = argc > 1 ? read(argv[1]) : generate();
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const std::int64_t epochs = argc > 3 ? std::atoi(argv[3]) : 5;
  const OnDenseRows dense(rows);
  Contestant built_in{"built-in, double"}, single{"built-in, float"}, own{"own function, sparse rows"},
      own_dense{"own function, dense rows"};
  for (int i = 0; i < rounds; ++i) {
    run_built_in<double>(rows, epochs, built_in);
    run_own(OnSparseRows{&rows}, rows.width + 1, epochs, own);
    run_built_in<float>(rows, epochs, single);
    run_own(dense, rows.width + 1, epochs, own_dense);
  }
  std::printf("%zu rows, %zu columns, %zu cells; %lld epochs of batches of %zu, %d rounds\n\n", rows.size(), rows.width,
              rows.columns.size(), static_cast<long long>(epochs), batch_size, rounds);
  std::printf(
      "| | rows/s, median | time / built-in double | / built-in float | weights off by |\n|:--|--:|--:|--:|--:|\n");
  for (const Contestant* c : {&built_in, &single, &own, &own_dense}) {
    std::vector<double> by_double, by_float;
    for (std::size_t i = 0; i < c->seconds.size(); ++i) {
      by_double.push_back(c->seconds[i] / built_in.seconds[i]);
      by_float.push_back(c->seconds[i] / single.seconds[i]);
    }
    double off = 0;
    for (std::size_t i = 0; i < c->weights.size(); ++i)
      off = std::max(off, std::abs(c->weights[i] - built_in.weights[i]));
    std::printf("| %s | %.3g | %.2f | %.2f | %.1e |\n", c->name.c_str(),
                static_cast<double>(rows.size()) * static_cast<double>(epochs) / median(c->seconds), median(by_double),
                median(by_float), off);
  }
}

// Logistic regression, c = 1 and a regularised bias, on a libsvm file: the solvers alone, Talweg's L-BFGS and
// LIBLINEAR's trust region method (where liblinear-dev is installed), run in turns in one process on one thread, the
// file in memory.
//
//   build/bench/bench_logistic a9a.libsvm [rounds]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "talweg/data/preprocess.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/linear_objective.hpp"
#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/train/full_batch/full_batch.hpp"
#include "talweg/train/loop.hpp"

#ifdef TALWEG_HAVE_LIBLINEAR
#include <linear.h>
#endif

using namespace talweg;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Ran {
  std::string name;
  std::vector<double> seconds = {};
  double objective = 0;  ///< ½|w|² + Σ log(1 + exp(−y·wx))
};

struct Data {
  train::Examples<double> rows;
  models::Head head;
  models::ModelSpec spec = models::ModelSpec::parse("logistic,c=1,bias=regularized");
};

Data load(const char* path) {
  const data::Table table = data::read_table(path, {.sparse_libsvm = true});
  if (!table.sparse) {
    std::fprintf(stderr, "%s is no libsvm file\n", path);
    std::exit(2);
  }
  const data::Target target = data::understand_target(table, "label", data::Wanted::binary);
  std::vector<std::uint32_t> all(table.rows);
  for (std::size_t r = 0; r < all.size(); ++r) all[r] = static_cast<std::uint32_t>(r);
  Data d;
  d.rows.rows = table.rows;
  d.rows.sparse = data::encode_sparse(data::Preprocess::fit(table, target, all), table, all);
  d.rows.inputs = d.rows.sparse.width;
  d.rows.truth = data::target_values(table, target);
  d.head = models::Head::fit(target.task, "binary_cross_entropy", 2, d.rows.truth);
  d.rows.targets = models::encode_targets<double>(d.head, d.rows.truth);
  d.spec.resolve(table.rows);
  return d;
}

double objective(const Data& d, const std::vector<double>& w) {
  Pool pool(1);
  models::LinearObjective f(d.spec, d.head, models::LinearInputs::of(d.rows.sparse), d.rows.targets, pool);
  std::vector<double> ignored(w.size());
  return f(w, ignored) * static_cast<double>(d.rows.rows);
}

void run_talweg(const Data& d, double tolerance, Ran& ran) {
  Pool pool(1);
  const train::Examples<double> none;
  models::Model<double> model(d.spec, d.head, d.rows.inputs, 0);
  const auto learner = train::full_batch(model, Lbfgs{}, d.rows, none, {.tolerance = tolerance}, pool);
  const train::Outcome o = train::train(*learner, {.epochs = 10'000});
  ran.seconds.push_back(o.seconds);
  const auto w = model.network().parameters().values;
  ran.objective = objective(d, {w.begin(), w.end()});
}

#ifdef TALWEG_HAVE_LIBLINEAR
void be_quiet(const char*) {}

void run_liblinear(const Data& d, double tolerance, Ran& ran) {
  const data::SparseRows& x = d.rows.sparse;
  std::vector<feature_node> cells;
  std::vector<std::size_t> starts;
  const int bias = static_cast<int>(x.width) + 1;
  for (std::size_t r = 0; r < x.rows(); ++r) {
    starts.push_back(cells.size());
    for (std::size_t k = x.starts[r]; k < x.starts[r + 1]; ++k)
      cells.push_back({static_cast<int>(x.columns[k]) + 1, x.value(k)});
    cells.push_back({bias, 1});
    cells.push_back({-1, 0});
  }
  std::vector<feature_node*> rows;
  std::vector<double> labels;
  for (std::size_t r = 0; r < x.rows(); ++r) {
    rows.push_back(cells.data() + starts[r]);
    labels.push_back(d.rows.truth[r] > 0 ? 1 : -1);
  }
  problem p{};
  p.l = static_cast<int>(x.rows());
  p.n = bias;
  p.y = labels.data();
  p.x = rows.data();
  p.bias = 1;
  parameter how{};
  how.solver_type = L2R_LR;
  how.C = 1;
  how.eps = tolerance;
  set_print_string_function(be_quiet);
  const double begin = now();
  ::model* m = ::train(&p, &how);
  ran.seconds.push_back(now() - begin);
  std::vector<double> w(m->w, m->w + bias);
  if (m->label[0] < 0)
    for (double& v : w) v = -v;
  ran.objective = objective(d, w);
  free_and_destroy_model(&m);
}
#endif

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_logistic FILE.libsvm [rounds]\n");
    return 2;
  }
  const Data d = load(argv[1]);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  std::vector<Ran> ran;
  for (const char* name : {"talweg lbfgs, tolerance 1e-6", "talweg lbfgs, tolerance 1e-8 (default)",
                           "liblinear -s 0, -e 0.01 (default)", "liblinear -s 0, -e 0.001", "liblinear -s 0, -e 1e-6"})
    ran.push_back({name});
  for (int i = 0; i < rounds; ++i) {
    run_talweg(d, 1e-6, ran[0]);
    run_talweg(d, 1e-8, ran[1]);
#ifdef TALWEG_HAVE_LIBLINEAR
    run_liblinear(d, 0.01, ran[2]);
    run_liblinear(d, 0.001, ran[3]);
    run_liblinear(d, 1e-6, ran[4]);
#endif
  }
  Ran best{"optimum"};
  run_talweg(d, 1e-11, best);
  std::printf("%zu rows, %zu columns, %zu cells; optimum %.9f\n", d.rows.rows, d.rows.inputs, d.rows.sparse.nonzeros(),
              best.objective);
  std::printf("%-42s %10s %10s   %s\n", "", "median ms", "least ms", "above the optimum: absolute, relative");
  for (Ran& r : ran) {
    if (r.seconds.empty()) continue;
    std::sort(r.seconds.begin(), r.seconds.end());
    const double gap = r.objective - best.objective;
    std::printf("%-42s %10.1f %10.1f   %.1e, %.1e\n", r.name.c_str(), 1e3 * r.seconds[r.seconds.size() / 2],
                1e3 * r.seconds[0], gap, gap / best.objective);
  }
}

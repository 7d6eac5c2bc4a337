// FTRL-Proximal on text that is read row by row: click-like data (39 features a row, hashed to 2^20, drawn by a power
// law), generated from a seed into a temporary folder. Beside it a bare loop over the memory-mapped file: parse a row,
// learn a row, nothing checked. Usage: bench_sparse [rows] [--keep FILE]
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talweg/base/random.hpp"
#include "talweg/optim/first_order/ftrl.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/setup.hpp"

namespace {

namespace online = talweg::train::online;
using Clock = std::chrono::steady_clock;
constexpr std::uint32_t places = 1u << 20;
constexpr int fields = 39;
constexpr talweg::Ftrl method{.alpha = 0.1, .beta = 1, .l1 = 1, .l2 = 1};

/// Of all threads: what a run costs where other programs hold the processor.
double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::uint64_t mixed(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

/// Field f has 10 to 10^6 values, of which value v comes with a probability about 1/v; every value has a hidden weight.
std::uint64_t generate(const std::string& path, std::int64_t rows) {
  talweg::Random random(20240501);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) std::exit(2);
  std::string out;
  std::uint64_t bytes = 0;
  std::vector<std::uint32_t> indices;
  for (std::int64_t r = 0; r < rows; ++r) {
    indices.clear();
    double z = -1.5;
    for (int f = 0; f < fields; ++f) {
      const double size = std::pow(10.0, 1 + 5.0 * f / (fields - 1));
      const auto value = static_cast<std::uint64_t>(std::pow(size, random.uniform()));
      const std::uint64_t h = mixed(static_cast<std::uint64_t>(f) << 40 | value);
      indices.push_back(1 + static_cast<std::uint32_t>(h % places));
      z += 0.4 * (static_cast<double>(mixed(h) >> 11) * 0x1p-53 - 0.5);
    }
    std::sort(indices.begin(), indices.end());
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
    out += random.uniform() < 1 / (1 + std::exp(-z)) ? '1' : '0';
    for (const auto i : indices) {
      char digits[16];
      const auto end = std::to_chars(digits, digits + sizeof digits, i).ptr;
      out += ' ';
      out.append(digits, end);
      out += ":1";
    }
    out += '\n';
    if (out.size() > 1 << 20 || r + 1 == rows) {
      bytes += out.size();
      std::fwrite(out.data(), 1, out.size(), file);
      out.clear();
    }
  }
  std::fclose(file);
  return bytes;
}

struct Result {
  double seconds = 1e300, loss = 0, processor = 1e300;
};

/// One thread, one loop, as few instructions as the task allows in plain C: what reading rows costs at least.
Result bare_loop(const std::string& path) {
  const auto begin = Clock::now();
  const int fd = ::open(path.c_str(), O_RDONLY);
  struct stat info {};
  ::fstat(fd, &info);
  const auto size = static_cast<std::size_t>(info.st_size);
  const char* const text = static_cast<const char*>(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0));
  ::madvise(const_cast<char*>(text), size, MADV_SEQUENTIAL);
  struct Pair {
    float z, n;
  };
  std::vector<Pair> table(places + 1);
  const float alpha = float(method.alpha), beta = float(method.beta), l1 = float(method.l1), l2 = float(method.l2);
  struct Row {
    float label;
    int count;
    std::uint32_t index[64];
    float value[64], x[64];
  } ring[4];
  double loss = 0;
  std::int64_t parsed = 0, learned = 0;
  const char *p = text, *const end = text + size;
  const auto learn = [&](Row& row) {
    float sum = 0;
    for (int k = 0; k < row.count; ++k) {
      const Pair& at = table[row.index[k]];
      const float sign = at.z < 0 ? -1.f : 1.f;
      row.x[k] = sign * at.z <= l1 ? 0.f : -(at.z - sign * l1) / ((beta + std::sqrt(at.n)) / alpha + l2);
      sum += row.x[k] * row.value[k];
    }
    const float e = std::exp(-std::abs(sum)), probability = (sum < 0 ? e : 1.f) / (1.f + e);
    loss += std::max(sum, 0.f) - row.label * sum + std::log1p(e);
    for (int k = 0; k < row.count; ++k) {
      Pair& at = table[row.index[k]];
      const float g = (probability - row.label) * row.value[k], n = at.n + g * g;
      at.z += g - (std::sqrt(n) - std::sqrt(at.n)) / alpha * row.x[k];
      at.n = n;
    }
  };
  while (p < end) {
    Row& row = ring[parsed & 3];
    row.label = float(*p++ - '0');
    row.count = 0;
    while (*p == ' ') {
      ++p;
      std::uint32_t index = 0;
      while (*p != ':') index = index * 10 + std::uint32_t(*p++ - '0');
      ++p;
      float value = 0;
      while (*p >= '0') value = value * 10 + float(*p++ - '0');
      row.index[row.count] = index;
      row.value[row.count++] = value;
      __builtin_prefetch(&table[index], 1);
    }
    row.index[row.count] = 0;
    row.value[row.count++] = 1;
    ++p;
    if (++parsed > 2) learn(ring[learned++ & 3]);
  }
  while (learned < parsed) learn(ring[learned++ & 3]);
  ::munmap(const_cast<char*>(text), size);
  ::close(fd);
  return {since(begin), loss / double(parsed)};
}

double resident_megabytes() {
  double kilobytes = 0;
  if (std::FILE* status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, status))
      if (std::strncmp(line, "RssAnon:", 8) == 0) kilobytes = std::atof(line + 8);
    std::fclose(status);
  }
  return kilobytes / 1024;
}

double largest_resident = 0;

Result talweg_run(const std::string& path, int threads) {
  const auto begin = Clock::now();
  online::Plan plan;
  plan.file = path;
  plan.spec = talweg::models::ModelSpec::parse("logistic");
  plan.method = method;
  plan.threads = threads;
  talweg::data::stream::BlockReader reader(talweg::data::stream::Source::open(path), online::block_bytes);
  plan.rows = online::understand(path, reader, {}).rows;
  plan.head.task = talweg::data::Task::binary;
  plan.head.loss = "binary_cross_entropy";
  plan.on_progress = [](const talweg::train::StreamEvent&) {
    largest_resident = std::max(largest_resident, resident_megabytes());
  };
  const online::Outcome outcome = online::run<float>(plan, std::move(reader));
  return {since(begin), outcome.train.get("loss")};
}

/// Reading and parsing, and nothing else.
double parse_only(const std::string& path) {
  const auto begin = Clock::now();
  using namespace talweg::data::stream;
  BlockReader reader(Source::open(path), online::block_bytes);
  const RowOptions options = online::understand(path, reader, {}).rows;
  RowStream<float> stream(std::move(reader), make_parser<float>(options, path), 1);
  while (stream.next()) {
  }
  return since(begin);
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t rows = 2'000'000;
  std::string keep;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
      keep = argv[++i];
    else
      rows = std::atoll(argv[i]);
  }
  const std::string path =
      keep.empty() ? (std::filesystem::temp_directory_path() / ("talweg-bench-" + std::to_string(::getpid()))).string()
                   : keep;
  const std::uint64_t bytes = generate(path, rows);
  std::printf("%lld rows, %.0f MB of libsvm text\n", static_cast<long long>(rows), double(bytes) / 1e6);
  Result bare, one, two;
  double parse = 1e300, resident = 0;
  for (int round = 0; round < 5; ++round) {
    const auto measure = [](Result& best, auto run) {
      const double before = processor_seconds();
      const Result r = run();
      best = {std::min(best.seconds, r.seconds), r.loss, std::min(best.processor, processor_seconds() - before)};
    };
    measure(one, [&] { return talweg_run(path, 1); });
    measure(two, [&] { return talweg_run(path, 2); });
    if (round == 0) resident = largest_resident;
    measure(bare, [&] { return bare_loop(path); });
    parse = std::min(parse, parse_only(path));
  }
  const auto line = [&](const char* name, const Result& r) {
    std::printf("%-28s %9.0f rows/s  %6.2f s  (processor %.2f s)  log loss %.17g\n", name, double(rows) / r.seconds,
                r.seconds, r.processor, r.loss);
  };
  line("bare memory-mapped loop", bare);
  line("talweg, 1 thread", one);
  line("talweg, 2 threads", two);
  std::printf("%-28s %9.0f rows/s  %6.2f GB/s\n", "reading and parsing alone", double(rows) / parse,
              double(bytes) / parse / 1e9);
  std::printf("talweg / bare loop: %.2f on one thread, %.2f on two; anonymous resident memory at most %.0f MB\n",
              bare.seconds / one.seconds, bare.seconds / two.seconds, resident);
  if (keep.empty()) std::filesystem::remove(path);
}

#include "talweg/api/minimize/trace.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20;

template <class T> void put(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put(std::string& to, const std::vector<double>& values) {
  put(to, static_cast<std::uint32_t>(values.size()));
  to.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
}

[[noreturn]] void fail(const char* what) {
  throw Error(text::cat("the trace of a long run needs a temporary file, which cannot be ", what, ": ",
                        std::strerror(errno), "; free some space, or do without the trace"));
}

/// Takes numbers off a file, through a buffer of its own.
class Reader {
 public:
  explicit Reader(std::FILE* file) : file_(file) {}
  bool at_end() { return at_ == buffer_.size() && !fill(); }
  template <class T> T number() {
    T value;
    take(&value, sizeof value);
    return value;
  }
  std::vector<double> numbers() {
    std::vector<double> out(number<std::uint32_t>());
    take(out.data(), out.size() * sizeof(double));
    return out;
  }

 private:
  bool fill() {
    buffer_.resize(piece);
    buffer_.resize(std::fread(buffer_.data(), 1, piece, file_));
    at_ = 0;
    if (buffer_.empty() && std::ferror(file_)) fail("read");
    return !buffer_.empty();
  }
  void take(void* to, std::size_t size) {
    for (auto* bytes = static_cast<char*>(to); size > 0;) {
      if (at_end()) fail("read");
      const std::size_t some = std::min(size, buffer_.size() - at_);
      std::memcpy(bytes, buffer_.data() + at_, some);
      bytes += some, at_ += some, size -= some;
    }
  }
  std::FILE* file_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace

TraceFile::TraceFile() : file_(std::tmpfile()) {
  if (!file_) fail("made");
}

void TraceFile::add(const TraceRow& row) {
  put(waiting_, row.iteration);
  put(waiting_, row.x);
  put(waiting_, row.value);
  put(waiting_, row.gradient);
  put(waiting_, static_cast<std::uint32_t>(row.state.size()));
  for (const Observation& o : row.state) {
    const auto [name, fresh] = numbers_.try_emplace(o.name, static_cast<std::uint32_t>(names_.size()));
    if (fresh) names_.push_back(o.name);
    put(waiting_, name->second);
    put(waiting_, o.per);
    put(waiting_, o.values);
  }
  if (waiting_.size() >= piece) flush();
}

void TraceFile::flush() {
  if (std::fwrite(waiting_.data(), 1, waiting_.size(), file_.get()) != waiting_.size() || std::fflush(file_.get()) != 0)
    fail("written");
  waiting_.clear();
}

void TraceFile::each(const std::function<void(const TraceRow&)>& f) const {
  if (!waiting_.empty()) const_cast<TraceFile*>(this)->flush();
  std::rewind(file_.get());
  Reader in(file_.get());
  while (!in.at_end()) {
    TraceRow row;
    row.iteration = in.number<std::int64_t>();
    row.x = in.numbers();
    row.value = in.number<double>();
    row.gradient = in.numbers();
    row.state.resize(in.number<std::uint32_t>());
    for (Observation& o : row.state) {
      o.name = names_[in.number<std::uint32_t>()];
      o.per = in.number<Per>();
      o.values = in.numbers();
    }
    f(row);
  }
  std::fseek(file_.get(), 0, SEEK_END);
}

void TraceRecorder::add(TraceRow row) {
  if (keep_all_ && !file_ && rows_.size() == 2 * most) {
    file_ = std::make_shared<TraceFile>();
    for (const TraceRow& before : rows_) file_->add(before);
  }
  if (file_) file_->add(row);
  if (rows_.size() == 2 * most) {
    for (std::size_t k = 1; k < most; ++k) rows_[k] = std::move(rows_[2 * k]);
    rows_.resize(most);
    every_ *= 2;
  }
  const bool kept = count_++ % every_ == 0;
  if (kept) rows_.push_back(std::move(row));
  last_ = kept ? std::nullopt : std::optional(std::move(row));
}

std::vector<TraceRow> TraceRecorder::take_rows() {
  if (last_) rows_.push_back(std::move(*last_));
  return std::move(rows_);
}

}  // namespace talweg::api

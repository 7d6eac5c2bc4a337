#include "talweg/api/minimize/trace.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <unistd.h>

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
  throw Error(text::cat("the trace of a long run needs a file, which cannot be ", what, ": ", std::strerror(errno),
                        "; free some space, or do without the trace"));
}

// What a row has of the rows of data stands among its observations in the file, under names that no method has.
constexpr std::string_view lines_name = "rows", terms_name = "terms", gradients_name = "term_gradients",
                           predictions_name = "predictions";

Observations with_rows(const TraceRow& row) {
  Observations all = row.state;
  if (!row.rows.empty()) all.push_back({std::string(lines_name), {row.rows.begin(), row.rows.end()}, Per::step});
  if (!row.terms.empty()) all.push_back({std::string(terms_name), row.terms, Per::step});
  if (!row.term_gradients.empty()) all.push_back({std::string(gradients_name), row.term_gradients, Per::step});
  if (!row.predictions.empty()) all.push_back({std::string(predictions_name), row.predictions, Per::step});
  return all;
}

void take_rows(TraceRow& row) {
  std::erase_if(row.state, [&](Observation& o) {
    if (o.name == lines_name)
      for (const double line : o.values) row.rows.push_back(static_cast<std::uint32_t>(line));
    else if (o.name == terms_name)
      row.terms = std::move(o.values);
    else if (o.name == gradients_name)
      row.term_gradients = std::move(o.values);
    else if (o.name == predictions_name)
      row.predictions = std::move(o.values);
    else
      return false;
    return true;
  });
}

/// Takes rows off a file, through a buffer of its own.
class Reader {
 public:
  /// The next `size` bytes. Who wants their hash is given it.
  Reader(std::FILE* file, std::uint64_t size, Sha256* hash = nullptr) : file_(file), left_(size), hash_(hash) {}
  bool at_end() { return at_ == buffer_.size() && !fill(); }
  /// What is buffered. False at the end.
  bool skip() {
    at_ = buffer_.size();
    return !at_end();
  }

  TraceRow row() {
    TraceRow row;
    row.iteration = number<std::int64_t>();
    row.x = numbers();
    row.value = number<double>();
    row.gradient = numbers();
    row.state.resize(count(1));
    for (Observation& o : row.state) {
      const auto name = number<std::uint32_t>();
      if (name > names_.size()) fail_reading();
      if (name == names_.size()) names_.push_back(text());
      o.name = names_[name];
      o.per = number<Per>();
      o.values = numbers();
    }
    take_rows(row);
    return row;
  }
  const std::vector<std::string>& names() const { return names_; }
  std::uint64_t left() const { return left_; }  ///< of bytes that are still to come, or missing at the end

 private:
  template <class T> T number() {
    T value;
    take(&value, sizeof value);
    return value;
  }
  /// Of items of that many bytes at least: never more than are there.
  std::size_t count(std::size_t bytes) {
    const auto n = number<std::uint32_t>();
    if (n > (left_ + buffer_.size() - at_) / bytes) fail_reading();
    return n;
  }
  std::vector<double> numbers() {
    std::vector<double> out(count(sizeof(double)));
    take(out.data(), out.size() * sizeof(double));
    return out;
  }
  std::string text() {
    std::string out(count(1), '\0');
    take(out.data(), out.size());
    return out;
  }
  bool fill() {
    buffer_.resize(std::min<std::uint64_t>(piece, left_));
    buffer_.resize(std::fread(buffer_.data(), 1, buffer_.size(), file_));
    at_ = 0;
    left_ -= buffer_.size();
    if (buffer_.empty() && std::ferror(file_)) fail("read");
    if (hash_) hash_->add(std::string_view(buffer_));
    return !buffer_.empty();
  }
  void take(void* to, std::size_t size) {
    for (auto* bytes = static_cast<char*>(to); size > 0;) {
      if (at_end()) fail_reading();
      const std::size_t some = std::min(size, buffer_.size() - at_);
      std::memcpy(bytes, buffer_.data() + at_, some);
      bytes += some, at_ += some, size -= some;
    }
  }
  [[noreturn]] static void fail_reading() { throw Error("the file of the trace is damaged or cut"); }

  std::FILE* file_;
  std::uint64_t left_;
  Sha256* hash_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::vector<std::string> names_;
};

}  // namespace

TraceFile::TraceFile() : file_(std::tmpfile()) {
  if (!file_) fail("made");
}

TraceFile::TraceFile(const std::string& path) : file_(std::fopen(path.c_str(), "w+be")), hash_(Sha256()) {
  if (!file_) fail("made");
}

TraceFile::TraceFile(const std::string& path, const Mark& mark, const std::function<void(const TraceRow&)>& f)
    : file_(std::fopen(path.c_str(), "r+be")), hash_(Sha256()) {
  const auto refuse = [&](std::string_view why) {
    throw Error(text::cat(path, ": cannot be gone on with: ", why,
                          "; start anew in another folder, or do without the path of the run"));
  };
  if (!file_) refuse(std::strerror(errno));
  // Whole before a row of it is believed.
  Sha256 found;
  Reader whole(file_.get(), mark.size, &found);
  while (whole.skip()) continue;
  if (whole.left() > 0 || found.hex() != mark.digest) refuse("it does not hold what the checkpoint says");
  std::rewind(file_.get());
  Reader in(file_.get(), mark.size);
  while (!in.at_end()) f(in.row());
  for (const std::string& name : in.names()) numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size()));
  hash_ = found;
  size_ = mark.size;
  if (::ftruncate(::fileno(file_.get()), static_cast<off_t>(size_)) != 0) fail("written");
  std::fseek(file_.get(), 0, SEEK_END);
}

void TraceFile::add(const TraceRow& row) {
  put(waiting_, row.iteration);
  put(waiting_, row.x);
  put(waiting_, row.value);
  put(waiting_, row.gradient);
  const Observations all = with_rows(row);
  put(waiting_, static_cast<std::uint32_t>(all.size()));
  for (const Observation& o : all) {
    const auto [name, fresh] = numbers_.try_emplace(o.name, static_cast<std::uint32_t>(numbers_.size()));
    put(waiting_, name->second);
    if (fresh) {
      put(waiting_, static_cast<std::uint32_t>(o.name.size()));
      waiting_ += o.name;
    }
    put(waiting_, o.per);
    put(waiting_, o.values);
  }
  if (waiting_.size() >= piece) flush();
}

void TraceFile::flush() {
  if (std::fwrite(waiting_.data(), 1, waiting_.size(), file_.get()) != waiting_.size() || std::fflush(file_.get()) != 0)
    fail("written");
  if (hash_) hash_->add(std::string_view(waiting_));
  size_ += waiting_.size();
  waiting_.clear();
}

TraceFile::Mark TraceFile::mark() {
  flush();
  if (::fsync(::fileno(file_.get())) != 0) fail("written");
  return {size_, hash_->hex()};
}

void TraceFile::each(const std::function<void(const TraceRow&)>& f) const {
  if (!waiting_.empty()) const_cast<TraceFile*>(this)->flush();
  std::rewind(file_.get());
  Reader in(file_.get(), size_);
  while (!in.at_end()) f(in.row());
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

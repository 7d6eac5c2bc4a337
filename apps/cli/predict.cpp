#include <cstdio>
#include <memory>
#include <optional>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "talweg/api/predict.hpp"

namespace {

struct Arguments {
  std::string model, file, output, threads;
};

/// Standard output, or a file that takes its place when all is written.
class Sink {
 public:
  explicit Sink(const std::string& path) {
    if (!path.empty() && path != "-") file_.emplace(path);
  }
  void append(std::string_view bytes) {
    if (file_)
      file_->append(bytes);
    else if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
      throw talweg::Error("standard output cannot be written to");
  }
  void commit() {
    if (file_)
      file_->commit();
    else if (std::fflush(stdout) != 0)
      throw talweg::Error("standard output cannot be written to");
  }

 private:
  std::optional<talweg::file::Writer> file_;
};

int run(const Arguments& a) {
  if (a.model.empty() || a.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg predict digits.talweg rows.csv");
  const int threads = static_cast<int>(options::count("--threads", a.threads, 1).value_or(2));
  Sink sink(a.output);
  const auto report = talweg::api::predict_file(
      a.model, a.file, [&](std::string_view piece) { sink.append(piece); }, threads);
  sink.commit();
  for (const auto& note : report.notes) put_warning(note);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg predict digits.talweg rows.csv --output predictions.csv

Writes CSV with the column prediction and, for classes, p_<class> for each. Columns are found by name, the target's
column and unknown columns are ignored.)";

}  // namespace

Runner add_predict(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("model", a->model, "a model file written by talweg train --save");
  command.add_option("file", a->file, "the rows");
  command.add_option("--output", a->output, "write the CSV here; standard output otherwise")->option_text("FILE");
  command.add_option("--threads", a->threads, "rows of a streamed model: 1, or 2 to read ahead (2)")->option_text("N");
  command.footer(examples);
  return [a] { return run(*a); };
}

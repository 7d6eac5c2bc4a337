#include <cstdio>
#include <memory>

#include <unistd.h>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/present/lesson/lesson_report.hpp"
#include "talweg/version.hpp"

namespace {

namespace present = talweg::present::lesson;
using talweg::api::lesson::Lesson;
using talweg::api::lesson::lessons;

struct Asked {
  std::string name;
  Documents documents;
};

/// Whether the reader goes on: Enter, not q and not the end of what is typed.
bool asks_for_more() {
  put_data("\n[Enter: the next page, q: leave] ");
  int first = std::getchar();
  for (int c = first; c != '\n' && c != EOF; c = std::getchar()) {
  }
  return first != 'q' && first != 'Q' && first != EOF;
}

void read_page_by_page(const present::Made& made) {
  for (std::size_t page = 0; page < made.pages.size(); ++page) {
    if (page > 0 && !asks_for_more()) return;
    put_text((page > 0 ? "\n" : "") + present::page_text(made, page));
  }
}

int run(const Asked& a) {
  const Documents& d = a.documents;
  const present::LessonFormat format = present::parse_lesson_format(d.format_or("text"));
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  if (!d.report.empty()) talweg::file::check_writable(d.report);
  std::vector<present::Made> made;
  if (!a.name.empty()) {
    made.push_back(present::make(talweg::api::lesson::find(a.name)));
  } else if (!d.report.empty()) {
    for (const Lesson& lesson : lessons()) made.push_back(present::make(lesson));
  }
  if (!d.report.empty()) put_page(present::lesson_page(made, talweg::version()), d.report);
  if (!d.report.empty() && d.output.empty()) return exit_status::success;
  const bool at_a_terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  if (a.name.empty())
    put_document(present::list(format), d.output);
  else if (at_a_terminal && d.output.empty() && format == present::LessonFormat::text)
    read_page_by_page(made.front());
  else
    put_document(present::render(made, format), d.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg lesson
  talweg lesson optimizers
  talweg lesson line --report line.html
  talweg lesson --report lessons.html

Pages of a few sentences beside runs of the engine. Below each table and picture stands the command that computes it. On
a terminal a page waits for Enter; q leaves. With --report the pages are written as one file that opens offline, all
lessons where none is named.)";

}  // namespace

Command lesson_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, *a,
              {talweg::Option<Asked>::of<&Asked::name>(
                  {.name = "name", .help = "which lesson; without one, what there is", .argument = true})});
  add_options(command.options, a->documents,
              document_options({.format = "text, markdown or json (text)",
                                .output = to_file,
                                .report = "write the lesson as a page, or all of them, which opens offline"}));
  command.run = [a] { return run(*a); };
  return command;
}

#include "talweg/api/list.hpp"

#include <memory>

#include "command.hpp"
#include "output.hpp"

namespace {

struct Arguments {
  std::string topic, format = "text", output;
  bool table = false;
};

int run(const Arguments& a) {
  namespace text = talweg::text;
  if (a.format != "text" && a.format != "table" && a.format != "json")
    throw talweg::Error(text::cat("unknown format '", a.format, "': list knows text and json"));
  const bool json = a.format == "json";
  if (a.table && a.topic.empty())
    throw talweg::Error("--table needs a topic or a name: talweg list optimizers --table");
  namespace api = talweg::api;
  if (a.table) {
    put_document(json ? api::list_table_json(a.topic) : api::list_table_text(a.topic), a.output);
  } else if (!json && a.topic.empty()) {
    std::string topics;
    for (const auto topic : api::list_topics()) topics += text::cat("talweg list ", topic, "\n");
    put_document(topics, a.output);
  } else {
    put_document(json ? api::list_json(a.topic) : api::list_text(a.topic), a.output);
  }
  return exit_status::success;
}

}  // namespace

Runner add_list(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  std::string topics;
  for (const auto topic : talweg::api::list_topics()) topics += talweg::text::cat(topics.empty() ? "" : ", ", topic);
  command.add_option("topic", a->topic, "what to list: " + topics + "; or the name of an item");
  command.add_flag("--table", a->table, "what each is for, its strengths and its weaknesses");
  command.add_option("--format", a->format, "text or json (text)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(
      "Examples:\n"
      "  talweg list optimizers\n"
      "  talweg list optimizers --table\n"
      "  talweg list adam\n"
      "  talweg list optimizers --format json");
  return [a] { return run(*a); };
}

#include "talweg/api/list.hpp"

#include <memory>

#include "command.hpp"
#include "output.hpp"

namespace {

struct Arguments {
  std::string topic, format = "text", output;
};

int run(const Arguments& a) {
  namespace text = talweg::text;
  if (a.format != "text" && a.format != "table" && a.format != "json")
    throw talweg::Error(text::cat("unknown format '", a.format, "': list knows text and json"));
  const bool json = a.format == "json";
  if (!json && a.topic.empty()) {
    std::string topics;
    for (const auto topic : talweg::api::list_topics()) topics += text::cat("talweg list ", topic, "\n");
    put_document(topics, a.output);
  } else {
    put_document(json ? talweg::api::list_json(a.topic) : talweg::api::list_text(a.topic), a.output);
  }
  return exit_status::success;
}

}  // namespace

Runner add_list(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  std::string topics;
  for (const auto topic : talweg::api::list_topics()) topics += talweg::text::cat(topics.empty() ? "" : ", ", topic);
  command.add_option("topic", a->topic, "what to list: " + topics);
  command.add_option("--format", a->format, "text or json (text)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(
      "Examples:\n"
      "  talweg list optimizers\n"
      "  talweg list optimizers --format json");
  return [a] { return run(*a); };
}

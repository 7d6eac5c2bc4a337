#include "talweg/api/list.hpp"

#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"

namespace {

struct Asked {
  std::string topic;
  Documents documents;
};

int run(const Asked& a) {
  namespace text = talweg::text;
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "table" && format != "json")
    throw talweg::Error(text::cat("unknown format '", format, "': list knows text and json"));
  const bool json = format == "json";
  if (!json && a.topic.empty()) {
    std::string topics;
    for (const auto topic : talweg::api::list_topics()) topics += text::cat("talweg list ", topic, "\n");
    put_document(topics, a.documents.output);
  } else {
    put_document(json ? talweg::api::list_json(a.topic) : talweg::api::list_text(a.topic), a.documents.output);
  }
  return exit_status::success;
}

}  // namespace

Command list_command() {
  const auto a = std::make_shared<Asked>();
  static const std::string topics = [] {
    std::string out = "what to list: ";
    for (const auto topic : talweg::api::list_topics()) out += talweg::text::cat(out.ends_with(' ') ? "" : ", ", topic);
    return out;
  }();
  Command command{.name = "list",
                  .what = "What there is: optimizers with their formulas and parameters, test problems",
                  .notes =
                      "Examples:\n"
                      "  talweg list optimizers\n"
                      "  talweg list optimizers --format json"};
  add_options(command.options, *a,
              {talweg::Option<Asked>::of<&Asked::topic>({.name = "topic", .help = topics, .argument = true})});
  add_options(command.options, a->documents, document_options({.format = text_formats, .output = to_file}));
  command.run = [a] { return run(*a); };
  command.has_run_file = false;
  return command;
}

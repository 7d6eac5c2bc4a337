#include "talweg/present/list.hpp"

#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/list_request.hpp"

namespace {

namespace present = talweg::present;

struct Asked {
  talweg::api::ListRequest request;
  Documents documents;
};

int run(const Asked& a) {
  namespace text = talweg::text;
  namespace present = talweg::present;
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "table" && format != "json")
    throw talweg::Error(text::cat("unknown format '", format, "': list knows text and json"));
  const bool json = format == "json";
  const std::string& output = a.documents.output;
  if (a.request.table && a.request.topic.empty())
    throw talweg::Error("--table needs a topic or a name: talweg list optimizers --table");
  if (a.request.table) {
    put_document(json ? present::list_table_json(a.request.topic) : present::list_table_text(a.request.topic), output);
  } else if (!json && a.request.topic.empty()) {
    std::string topics;
    for (const auto topic : present::list_topics()) topics += text::cat("talweg list ", topic, "\n");
    put_document(topics, output);
  } else {
    put_document(json ? present::list_json(a.request.topic) : present::list_text(a.request.topic), output);
  }
  return exit_status::success;
}

}  // namespace

Command list_command() {
  const auto a = std::make_shared<Asked>();
  static const std::string topics = [] {
    std::string out = "what to list: ";
    for (const auto topic : present::list_topics()) out += talweg::text::cat(out.ends_with(' ') ? "" : ", ", topic);
    return out + "; or the name of an item";
  }();
  Command command{.notes =
                      "Examples:\n"
                      "  talweg list optimizers\n"
                      "  talweg list optimizers --table\n"
                      "  talweg list adam\n"
                      "  talweg list optimizers --format json"};
  auto options = talweg::api::ListRequest::options();
  options.front().info.help = topics;
  add_options(command.options, a->request, options);
  add_options(command.options, a->documents, document_options({.format = text_formats, .output = to_file}));
  command.run = [a] { return run(*a); };
  return command;
}

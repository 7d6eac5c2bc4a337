#include "talweg/present/list.hpp"

#include <memory>
#include <optional>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/api/list_request.hpp"
#include "talweg/present/list_picture.hpp"

namespace {

namespace present = talweg::present;

struct Asked {
  talweg::api::ListRequest request;
  Documents documents;
  present::PictureOptions picture;
};

int run(const Asked& a) {
  namespace text = talweg::text;
  namespace present = talweg::present;
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "table" && format != "json")
    throw talweg::Error(text::cat("unknown format '", format, "': list knows text and json"));
  const Documents& d = a.documents;
  picture::check(d.plot, format, d.on_stdout());
  present::refuse_without_picture(a.picture, !d.plot.empty());
  if (!d.plot.empty() && a.request.topic.empty())
    throw talweg::Error("--plot needs a topic or a name: talweg list activations --plot activations.svg");
  std::optional<talweg::report::plot::Figure> drawn;
  if (!d.plot.empty()) drawn = present::list_picture(a.request.topic, a.picture);
  const bool json = format == "json";
  const std::string& output = d.output;
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
  if (drawn) picture::put(*drawn, d.plot);
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
                      "  talweg list activations --plot activations.svg\n"
                      "  talweg list optimizers --format json"};
  auto options = talweg::api::ListRequest::options();
  options.front().info.help = topics;
  add_options(command.options, a->request, options);
  add_options(command.options, a->documents,
              document_options(
                  {.format = text_formats,
                   .output = to_file,
                   .plot = "draw activations or losses and their slopes: FILE.svg, FILE.png, or - for the terminal"}));
  add_options(command.options, a->picture, present::PictureOptions::options());
  command.run = [a] { return run(*a); };
  return command;
}

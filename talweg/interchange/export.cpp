#include "talweg/interchange/export.hpp"

#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/interchange/onnx/onnx.hpp"

namespace talweg::interchange {

namespace {

struct Named {
  std::string_view name, ending;
  Format format;
};
constexpr std::array formats{Named{"onnx", ".onnx", Format::onnx}, Named{"npz", ".npz", Format::npz},
                             Named{"json", ".json", Format::json}};

}  // namespace

Format parse_format(std::string_view name) {
  std::array<std::string_view, formats.size()> names;
  for (std::size_t k = 0; k < formats.size(); ++k) {
    if (formats[k].name == name) return formats[k].format;
    names[k] = formats[k].name;
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error("format", text::cat("unknown format '", text::shown(name),
                                  "': ", near.empty() ? "a model is exported as onnx, npz or json" : near));
}

Format format_of(std::string_view path) {
  for (const Named& one : formats)
    if (path.ends_with(one.ending)) return one.format;
  throw Error("format",
              text::cat("which format is meant is not said: give ", text::option("format"),
                        " (onnx, npz or json), or a name that ends in .onnx, .npz or .json",
                        path.empty() || path == "-" ? "" : text::cat(", which '", text::shown(path), "' does not")));
}

void write(const models::SavedModel& model, Format format, const Sink& sink) {
  if (format == Format::onnx) return sink(onnx_bytes(model));
  const Contents contents = contents_of(model);
  format == Format::npz ? write_npz(contents, sink) : write_json(contents, sink);
}

}  // namespace talweg::interchange

#include "talweg/api/use/export.hpp"

#include <optional>

#include "talweg/base/file.hpp"
#include "talweg/interchange/export.hpp"

namespace talweg::api {

void export_model(const models::SavedModel& model, const std::string& path, std::string_view format) {
  const interchange::Format form = format.empty() ? interchange::format_of(path) : interchange::parse_format(format);
  std::optional<file::Writer> writer;  // opened for the first piece: what is refused leaves no trace
  interchange::write(model, form, [&](std::string_view piece) {
    if (!writer) writer.emplace(path);
    writer->append(piece);
  });
  writer.value().commit();
}

}  // namespace talweg::api

// gzip: the reader of whole files and the stream give the same bytes, or both refuse.
#include <optional>

#include "fuzz.hpp"
#include "memory_file.hpp"
#include "talweg/base/file.hpp"
#include "talweg/data/stream/source.hpp"

using namespace talweg;

namespace {

std::optional<std::string> streamed(const std::string& path) {
  try {
    const auto source = data::stream::Source::open(path);
    std::string out(1, '\0');
    for (std::size_t at = 0;;) {
      out.resize(at + 777);
      const std::size_t n = source->read(out.data() + at, 777);
      out.resize(at += n);
      if (n == 0) return out;
    }
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::string> whole(const std::string& path) {
  try {
    return file::read(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(bytes, size));
  fuzz::require(whole(file.path()) == streamed(file.path()));
  return 0;
}

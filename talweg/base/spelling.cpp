#include "talweg/base/spelling.hpp"

#include <atomic>

namespace talweg {

namespace {

std::string as_in_a_program(std::string_view name, std::string_view value) {
  return value.empty() ? std::string(name) : text::cat(name, "=", value);
}

std::atomic<OptionSpelling> current = &as_in_a_program;

}  // namespace

void spell_options(OptionSpelling spelling) { current = spelling ? spelling : &as_in_a_program; }

namespace text {

std::string option(std::string_view name) { return current.load()(name, {}); }

std::string option(std::string_view name, const detail::Piece& value) {
  std::string written;
  value.append_to(written);
  return current.load()(name, written);
}

}  // namespace text
}  // namespace talweg

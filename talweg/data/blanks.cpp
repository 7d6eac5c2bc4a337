#include "talweg/data/blanks.hpp"

namespace talweg::data {

void BlankCutter::cut(char* text, std::size_t from, std::size_t size) {
  for (std::size_t i = from; i < size; ++i) {
    const char c = text[i];
    if (at_ == At::quoted) {
      if (c == '"') at_ = At::quote;
    } else if (at_ == At::quote && c == '"') {  // a doubled one
      at_ = At::quoted;
    } else if (c == '\n' || c == '\r') {
      at_ = At::line;
    } else if (c == ' ' || c == '\t') {
      text[i] = ' ';
      if (at_ != At::line) at_ = At::gap;
    } else if (at_ == At::gap || at_ == At::line) {
      if (at_ == At::gap) text[i - 1] = '\t';
      at_ = c == '"' ? At::quoted : At::cell;
    }
  }
}

}  // namespace talweg::data

#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "talweg/base/export.hpp"

namespace talweg {

/// Misuse or bad input. The message is one line: what is wrong, where, the allowed range, and the fix.
/// A numerical outcome (divergence, a NaN in f) is never an Error but a Status.
class TALWEG_API Error : public std::runtime_error {
 public:
  /// `what` ends at a zero byte: one from a file is shown as an escape.
  explicit Error(const std::string& message) : std::runtime_error(without_zeros(message)) {}
  /// Of an option of a request, by its name: "batch_size".
  Error(std::string_view option, const std::string& message) : Error(message) { option_ = option; }

  /// The option of a request that is wrong, for a front end that shows it where it was given; empty where none is.
  const std::string& option() const { return option_; }

 private:
  std::string option_;

  static std::string without_zeros(std::string message) {
    for (std::size_t at = 0; (at = message.find('\0', at)) != std::string::npos;) message.replace(at, 1, "\\x00");
    return message;
  }
};

}  // namespace talweg

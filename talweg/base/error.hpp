#pragma once
#include <stdexcept>

namespace talweg {

/// Misuse or bad input. The message is one line: what is wrong, where, the allowed range, and the fix.
/// A numerical outcome (divergence, a NaN in f) is never an Error but a Status.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace talweg

#pragma once
#include <string>
#include <string_view>

namespace talweg::data {

/// Throws Error for a text that would pass for delimited text with strange cells and is something else: rows that are
/// almost libsvm, or Vowpal Wabbit's, or JSON. Says what it looks like, where it differs, and the way out.
void refuse_lookalikes(std::string_view content, const std::string& origin);

}  // namespace talweg::data

#pragma once
#include <string>

namespace talweg::api {

/// A cell of CSV, quoted where it must be (RFC 4180).
inline std::string csv_cell(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace talweg::api

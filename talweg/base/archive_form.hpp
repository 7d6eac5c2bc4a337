#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/base/archive.hpp"

namespace talweg {

/// What one entry of a file holds: its type, how many, and in which range each number lies. No number may be NaN.
struct EntryForm {
  enum class Holds { text, texts, integers, floats, doubles, numbers };  ///< `numbers`: floats or doubles
  static constexpr std::size_t any = std::numeric_limits<std::size_t>::max();

  std::string_view name;  ///< one that ends in '*' stands for every name that begins so
  Holds holds = Holds::text;
  std::size_t count = any;  ///< of numbers or texts
  double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max();  ///< both included
  std::vector<std::string_view> words = {};  ///< of a text: the only ones
  bool optional = false;
  bool undefined = false;  ///< a number may be NaN: there was nothing to measure
};

/// What a file of one kind holds: `kind` is the text of its entry of that name.
struct ArchiveForm {
  std::string_view kind;
  std::vector<EntryForm> entries;
};

/// Throws Error naming the file and the entry when one is missing, unknown, of another type or size, or holds a number
/// out of its range: after that only what entries say of each other is left to check.
void check(const Archive& archive, const ArchiveForm& form);

/// The same of the entries that are listed; what else the archive holds is somebody else's.
void check_entries(const Archive& archive, std::span<const EntryForm> forms);

/// The same of the numbers of one entry, for those whose name or type depends on other entries.
void require_size(const Archive& archive, std::string_view name, std::size_t found, std::size_t wanted,
                  std::string_view wanted_by);

}  // namespace talweg

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "talweg/data/stream/rows.hpp"

namespace talweg::train::online {

/// What is asked of the rows of a stream.
struct RowRequest {
  std::string target;  ///< delimited text: the column to predict
  data::Wanted wanted = data::Wanted::binary;
  int hash_bits = 0;
  std::optional<int> index_base;
  std::uint32_t features = 0;  ///< the size of the table; 0: as large as the indices
  std::vector<std::pair<std::string, std::string>> crosses;
  std::vector<std::string> classes, ignore;
  std::string weights;  ///< delimited text: the column with what each row counts
};

/// What the beginning of a text says about its rows.
struct Understood {
  data::stream::RowOptions rows;
  std::vector<std::string> notes;
};

/// Decides from the first bytes of `reader`: the format, whether indices begin at 0 or 1, which columns are numbers,
/// what the classes are. When the beginning does not show all classes and `input` can be read again, all labels of a
/// libsvm file are looked at.
Understood understand(const data::Input& input, data::stream::BlockReader& reader, const RowRequest& request);

/// What rows were learned from, as far as it says how others are read.
struct Learned {
  const data::stream::Features& features;
  const data::Target& target;
  std::uint32_t largest_place;
  const std::string& weights;  ///< the column with what each row of the other file counts; empty: none
};

/// How the rows of another file are read: as those learned from, with the columns of this file, found by name. `target`
/// names the target's column where it is called otherwise. Features beyond the largest are left out.
data::stream::RowOptions rows_of_another(const Learned& learned, const data::Input& input, const std::string& target,
                                         data::stream::BlockReader& reader, bool needs_label);

/// Whether the text that `reader` begins with is rows of `label feature:value …`.
bool is_libsvm_text(std::string_view head);

}  // namespace talweg::train::online

#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"
#include "talweg/data/target.hpp"

namespace talweg::data {

struct SparseRows;

/// How one column becomes inputs: a number as (value − mean) · factor, with its median where it is missing; a text as
/// one input for each category, all 0 when it is missing or was never seen. A constant column carries nothing: factor
/// 0.
struct Feature {
  std::string name;
  Column::Kind kind = Column::Kind::numeric;  ///< `ignored` for texts that only identify rows
  double fill = 0, mean = 0, factor = 1;
  std::vector<std::string> categories;

  std::size_t inputs() const {
    return kind == Column::Kind::numeric ? 1 : kind == Column::Kind::text ? categories.size() : 0;
  }
  bool operator==(const Feature&) const = default;
};

/// `automatic` standardises when the columns' scales differ so much that training would suffer.
enum class Standardize { automatic, on, off };

struct PreprocessOptions {
  Standardize standardize = Standardize::automatic;
  std::vector<std::string> ignore;  ///< columns that are no features
  Reading reading = {};             ///< how the table was read
};

/// What turns raw rows into inputs. Learned from the training rows, stored in the model.
struct TALWEG_API Preprocess {
  std::vector<Feature> features;
  Target target;
  bool standardized = false;
  bool header = true;
  Format format = Format::csv;
  Reading reading;                   ///< what cells of its files mean
  std::vector<std::string> columns;  ///< all names of the training file, in its order
  std::vector<std::string> notes;    ///< what was decided: constant columns, identifiers left out (not stored)

  /// Learns medians, means, deviations and categories from `rows` of `table`.
  static Preprocess fit(const Table& table, Target target, std::span<const std::uint32_t> rows,
                        const PreprocessOptions& options = {});

  std::size_t inputs() const;
  /// Whether texts make so many inputs that the rows are kept sparse: at least 256 of them, of which a row fills one in
  /// eight at most.
  bool is_wide() const;
  static constexpr std::size_t least_wide = 256, widest_share = 8;
  /// "age", "colour=red": one for each input.
  std::vector<std::string> input_names() const;

  /// Writes `rows` of `table` to out (rows, inputs). Columns are found by name. Returns notes: categories never seen.
  template <class T>
  std::vector<std::string> encode(const Table& table, std::span<const std::uint32_t> rows, std::span<T> out) const;
  /// The same inputs without those that are 0 because a text is another one: every number of a row that is not of a
  /// constant column, and its categories.
  std::vector<std::string> encode(const Table& table, std::span<const std::uint32_t> rows, SparseRows& out) const;

  /// How to read another file for this model: the kinds of its columns are known, others are ignored.
  /// `with_target` reads the target's column too.
  CsvOptions expectations(bool with_target) const;

  void save(Archive& archive) const;
  static Preprocess load(const Archive& archive);
};

}  // namespace talweg::data

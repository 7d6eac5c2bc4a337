#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/input.hpp"

namespace talweg::train {

inline constexpr int most_checkpoints = 20;  ///< that stay in a folder

/// How often a checkpoint is written: after so many seconds, steps or epochs.
struct TALWEG_API Period {
  double seconds = 60;
  std::int64_t steps = 0, epochs = 0;  ///< both 0: by time

  /// "60s", "100steps" or "1epochs". Throws Error otherwise.
  static Period parse(std::string_view text);
  static constexpr const char* entry = "period";
  /// That of a checkpoint. Throws Error naming the file and the entry.
  static Period load(const Archive& checkpoint);
  std::string text() const;
  bool operator==(const Period&) const = default;
};

struct CheckpointPlan {
  std::string folder;  ///< empty: none
  bool resume = false;
  Period period;
  int keep_last = 1;  ///< so many of them stay in the folder
  /// What must agree when a run is resumed: names of settings and their values, in words.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// What the rows were when a run began: size and time of a file, length and checksum of the text of a table in memory;:
/// refused on resuming when it is another one now.
struct TALWEG_API Fingerprint {
  std::int64_t size = 0, modified_ns = 0;
  static Fingerprint of(const data::Input& input);
  bool operator==(const Fingerprint&) const = default;
};

/// Values of a learner's own number type.
template <class T> std::vector<T> load_values(const Archive& archive, std::string_view name) {
  if constexpr (sizeof(T) == sizeof(float))
    return archive.floats(name);
  else
    return archive.doubles(name);
}

/// A folder that one run at a time writes its state to. The lock is the kernel's: it dies with the process.
class TALWEG_API CheckpointFolder {
 public:
  /// Makes the folder where there is none, and removes what a killed run left unfinished. Throws Error when another run
  /// holds it, or it cannot be written to.
  explicit CheckpointFolder(const std::string& path, int keep_last = 1);
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  /// The one before becomes the second newest, and so on; what is beyond the last to be kept goes.
  void save(const Archive& archive) const;
  const std::string& path() const { return path_; }

  /// The newest that can be read; nothing where there is none at all. What stood in the way of a newer one is put into
  /// `damage`. Throws Error when none can be read.
  static std::optional<Archive> newest(const std::string& path, std::string& damage);
  static bool has_checkpoint(const std::string& path);
  /// Throws the Error that making the folder would throw, without making it.
  static void check_possible(const std::string& path);
  /// The newest, and those before it.
  static std::string state_file(const std::string& path, int age = 0);
  static std::string next_file(const std::string& path) { return path + "/next.talweg"; }
  /// The path of a minimisation, row by row.
  static std::string trace_file(const std::string& path) { return path + "/trace.talweg"; }
  static std::string lock_file(const std::string& path) { return path + "/lock"; }
  /// All that is written into a folder.
  static std::vector<std::string> files(const std::string& path);

 private:
  std::string path_;
  int keep_last_;
  int lock_ = -1;
};

}  // namespace talweg::train

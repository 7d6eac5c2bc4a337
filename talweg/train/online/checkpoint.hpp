#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/base/archive.hpp"

namespace talweg::train::online {

/// How often a checkpoint is written: after so many seconds, or so many steps.
struct Period {
  double seconds = 60;
  std::int64_t steps = 0;  ///< 0: by time

  /// "60s" or "100steps". Throws Error otherwise.
  static Period parse(std::string_view text);
  std::string text() const;
  bool operator==(const Period&) const = default;
};

struct CheckpointPlan {
  std::string folder;  ///< empty: none
  bool resume = false;
  Period period;
  /// What must agree when a run is resumed: names of settings and their values, in words.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// What a file was when a run began: refused on resuming when it is another one now.
struct Fingerprint {
  std::int64_t size = 0, modified_ns = 0;
  static Fingerprint of(const std::string& path);
  bool operator==(const Fingerprint&) const = default;
};

/// A folder that one run at a time writes its state to. The lock is the kernel's: it dies with the process.
class CheckpointFolder {
 public:
  /// Makes the folder where there is none. Throws Error when another run holds it, or it cannot be written to.
  explicit CheckpointFolder(const std::string& path);
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  std::optional<Archive> load() const;
  void save(const Archive& archive) const;
  const std::string& path() const { return path_; }
  static bool has_checkpoint(const std::string& path);
  static std::string state_file(const std::string& path) { return path + "/checkpoint.talweg"; }
  static std::string lock_file(const std::string& path) { return path + "/lock"; }
  /// All that is written into a folder.
  static std::vector<std::string> files(const std::string& path) { return {state_file(path), lock_file(path)}; }

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace talweg::train::online

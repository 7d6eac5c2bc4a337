#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "talweg/data/input.hpp"

namespace talweg::data::stream {

/// Bytes in their order: a file, a gzip file (recognised by content, undone on the way), standard input ("-"), or the
/// text of a table in memory.
class Source {
 public:
  /// Throws Error when the file cannot be opened.
  static std::unique_ptr<Source> open(const Input& input);
  virtual ~Source() = default;

  /// Fills up to `size` bytes and returns how many; 0 at the end. Throws Error for damaged or truncated gzip.
  virtual std::size_t read(char* to, std::size_t size) = 0;
  /// Goes forward by `count` bytes. Throws when the data ends before.
  virtual void skip(std::uint64_t count);
  /// Bytes of the file itself taken so far, and in all (0 when unknown): how far a run is.
  virtual std::uint64_t taken() const = 0;
  virtual std::uint64_t total() const = 0;

  const std::string& name() const { return name_; }

 protected:
  explicit Source(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace talweg::data::stream

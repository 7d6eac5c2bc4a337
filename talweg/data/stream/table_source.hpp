#pragma once
#include <memory>
#include <string>

#include "talweg/data/input.hpp"
#include "talweg/data/stream/source.hpp"

namespace talweg::data::stream {

/// A table in memory as the text of its rows, made as it is read: `taken` and `total` count rows.
class TableSource final : public Source {
 public:
  explicit TableSource(std::shared_ptr<const Table> table);
  std::size_t read(char* to, std::size_t size) override;
  std::uint64_t taken() const override { return taken_; }
  std::uint64_t total() const override { return total_; }

 private:
  TableText rows_;
  std::string pending_;
  std::size_t at_ = 0;
  std::uint64_t taken_ = 0, total_;
};

}  // namespace talweg::data::stream

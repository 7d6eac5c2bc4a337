#include "talweg/data/stream/table_source.hpp"

#include <algorithm>
#include <cstring>

namespace talweg::data::stream {

TableSource::TableSource(std::shared_ptr<const Table> table)
    : Source(table->origin), rows_(table), total_(table->rows) {}

std::size_t TableSource::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (at_ == pending_.size()) {
      pending_.clear();
      at_ = 0;
      if (!rows_.append_to(pending_)) break;
      taken_ = std::min(taken_ + 1, total_);
    }
    const std::size_t n = std::min(size - done, pending_.size() - at_);
    std::memcpy(to + done, pending_.data() + at_, n);
    done += n, at_ += n;
  }
  return done;
}

}  // namespace talweg::data::stream

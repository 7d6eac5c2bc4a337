#pragma once
#include <deque>
#include <mutex>
#include <utility>

namespace talweg {

/// A list that grows while others read it, in any thread: what was given out once stays as it was. Older lists are
/// kept, so it is for lists that grow seldom.
template <class List> class Snapshots {
 public:
  explicit Snapshots(List first) { all_.push_back(std::move(first)); }
  const List& newest() const {
    const std::scoped_lock lock(mutex_);
    return all_.back();
  }
  void add(List next) {
    const std::scoped_lock lock(mutex_);
    all_.push_back(std::move(next));
  }

 private:
  mutable std::mutex mutex_;
  std::deque<List> all_;  // its elements do not move
};

}  // namespace talweg

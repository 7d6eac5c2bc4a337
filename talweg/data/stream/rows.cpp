#include "talweg/data/stream/rows.hpp"

#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "talweg/data/stream/csv_rows.hpp"
#include "talweg/data/stream/libsvm_rows.hpp"

namespace talweg::data::stream {

Oddities& Oddities::operator+=(const Oddities& o) {
  blank_lines += o.blank_lines;
  unsorted_rows += o.unsorted_rows;
  qids += o.qids;
  unlabelled_rows += o.unlabelled_rows;
  missing_cells += o.missing_cells;
  return *this;
}

template <class T> void RowBlock<T>::clear() {
  truth.clear();
  weight.clear();
  begin.assign(1, 0);
  largest = 0;
  odd = {};
  names.slots.clear();
  names.names.clear();
  kept.clear();
}

template <class T> std::unique_ptr<RowParser<T>> make_parser(const RowOptions& options, const std::string& origin) {
  if (options.features.format == Format::csv) return csv_parser<T>(options, origin);
  return options.features.hashed() ? hashed_libsvm_parser<T>(options, origin) : libsvm_parser<T>(options, origin);
}

/// A ring of blocks: the worker fills them in order, the learner takes them in order.
template <class T> struct RowStream<T>::Worker {
  static constexpr std::size_t ring = 4;
  std::array<RowBlock<T>, ring> blocks;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t filled = 0, taken = 0;  ///< counts, ever growing
  bool ended = false, cancelled = false;
  std::exception_ptr failure;
  std::thread thread;

  Worker(BlockReader& reader, RowParser<T>& parser) : thread([this, &reader, &parser] { work(reader, parser); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex);
      cancelled = true;
    }
    changed.notify_all();
    thread.join();
  }

  void work(BlockReader& reader, RowParser<T>& parser) {
    try {
      for (;;) {
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return cancelled || filled - taken < ring - 1; });
          if (cancelled) return;
        }
        RowBlock<T>& block = blocks[filled % ring];
        if (!reader.next(block.block)) break;
        parser.parse(block);
        {
          const std::lock_guard lock(mutex);
          ++filled;
        }
        changed.notify_one();
      }
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    changed.notify_one();
  }

  RowBlock<T>* next(bool first) {
    std::unique_lock lock(mutex);
    if (!first) {
      ++taken;
      changed.notify_one();
    }
    changed.wait(lock, [&] { return ended || filled > taken; });
    if (filled > taken) return &blocks[taken % ring];
    if (failure) std::rethrow_exception(failure);
    return nullptr;
  }
  bool started = false;
};

template <class T>
RowStream<T>::RowStream(BlockReader reader, std::unique_ptr<RowParser<T>> parser, int threads)
    : reader_(std::move(reader)), parser_(std::move(parser)) {
  if (threads <= 1) return;
  try {
    worker_ = std::make_unique<Worker>(reader_, *parser_);
  } catch (const std::system_error&) {
    // The system starts no thread: reading and learning take turns, with the same rows.
  }
}

template <class T> RowStream<T>::~RowStream() = default;

template <class T> RowBlock<T>* RowStream<T>::next() {
  if (worker_) {
    const bool first = !worker_->started;
    worker_->started = true;
    return worker_->next(first);
  }
  if (!reader_.next(own_.block)) return nullptr;
  parser_->parse(own_);
  return &own_;
}

template struct RowBlock<float>;
template struct RowBlock<double>;
template class RowStream<float>;
template class RowStream<double>;
template std::unique_ptr<RowParser<float>> make_parser(const RowOptions&, const std::string&);
template std::unique_ptr<RowParser<double>> make_parser(const RowOptions&, const std::string&);

}  // namespace talweg::data::stream

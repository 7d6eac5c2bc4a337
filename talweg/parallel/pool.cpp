#include "talweg/parallel/pool.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg {
namespace {

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

std::atomic<unsigned> forks{0};  // how often this process came out of a fork(): a crew of before has no threads in it

void count_forks() {
  static const int once = ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); });
  (void)once;
}

}  // namespace

struct Pool::Crew {
  explicit Crew(int threads);
  ~Crew();
  void dispatch(std::int64_t chunks, void* fn, Call call);

  std::vector<std::thread> workers;
  std::string failure_to_start;  // what the system said when it started fewer

 private:
  void work();
  bool in_child() const { return born_ != forks.load(std::memory_order_relaxed); }
  void drain();

  std::atomic<bool> busy_{false};
  // The job. Written only while it is closed and no worker is inside.
  void* fn_ = nullptr;
  Call call_ = nullptr;
  std::int64_t chunks_ = 0;
  alignas(64) std::atomic<std::int64_t> next_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};  // rises with every job; what sleeping workers wait on
  std::atomic<bool> open_{false}, stop_{false};
  alignas(64) std::atomic<int> inside_{0};  // workers that may touch the job
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::int64_t failed_chunk_ = 0;
  int spins_;
  unsigned born_;
};

// About 50 µs of spinning bridges the gap between two products of a training step. With more threads than cores
// a spinning thread would only keep a working one from its core.
Pool::Crew::Crew(int threads) : spins_(threads <= static_cast<int>(std::thread::hardware_concurrency()) ? 2000 : 0) {
  count_forks();
  born_ = forks.load();
  workers.reserve(static_cast<std::size_t>(threads - 1));
  try {
    for (int i = 1; i < threads; ++i) workers.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    failure_to_start = error.code().message();
  }
}

// std::thread ends the program when it is destroyed unjoined, and in a child there is nothing to join or detach.
Pool::Crew::~Crew() {
  if (in_child()) {
    new std::vector<std::thread>(std::move(workers));
    return;
  }
  stop_ = true;
  generation_.fetch_add(1);
  generation_.notify_all();
  for (auto& worker : workers) worker.join();
}

// A worker announces itself (inside_) and then looks whether the job is open; the caller closes the job and then waits
// until nobody is inside. Both sides use sequentially consistent operations, so a worker that wakes late finds the job
// closed and leaves without touching it, and the caller need not wait for workers that are asleep.
void Pool::Crew::work() {
  std::uint32_t seen = 0;
  for (;;) {
    for (int i = 0; i < spins_ && generation_.load(std::memory_order_acquire) == seen; ++i) pause();
    generation_.wait(seen);
    seen = generation_.load();
    if (stop_) return;
    inside_.fetch_add(1);
    if (open_) drain();
    inside_.fetch_sub(1);
  }
}

void Pool::Crew::drain() {
  for (;;) {
    const std::int64_t chunk = next_.fetch_add(1, std::memory_order_relaxed);
    if (chunk >= chunks_) return;
    try {
      call_(fn_, chunk);
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (!failure_ || chunk < failed_chunk_) failure_ = std::current_exception(), failed_chunk_ = chunk;
      next_.store(chunks_, std::memory_order_relaxed);  // all lower ones have begun, and the others need not
    }
  }
}

void Pool::Crew::dispatch(std::int64_t chunks, void* fn, Call call) {
  if (in_child() || busy_.exchange(true, std::memory_order_acquire)) {
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) call(fn, chunk);
    return;
  }
  fn_ = fn;
  call_ = call;
  chunks_ = chunks;
  next_.store(0, std::memory_order_relaxed);
  open_ = true;
  generation_.fetch_add(1);
  generation_.notify_all();
  drain();
  open_ = false;
  for (int i = 0; inside_ != 0; ++i) i < 20000 ? pause() : std::this_thread::yield();
  const std::exception_ptr failure = std::exchange(failure_, nullptr);
  busy_.store(false, std::memory_order_release);
  if (failure) std::rethrow_exception(failure);
}

Pool::Pool(int threads, Kernels kernels) : threads_(threads), kernels_(kernels) {
  if (threads < 1 || threads > 1024)
    throw Error(text::cat("threads = ", threads, " is out of range: give a number from 1 to 1024"));
  if (threads == 1) return;
  crew_ = std::make_unique<Crew>(threads);
  threads_ = 1 + static_cast<int>(crew_->workers.size());
  if (threads_ < threads)
    shortage_ = text::cat("only ", threads_, " of ", threads, " threads could be started (", crew_->failure_to_start,
                          "): slower, with the same result");
  if (threads_ == 1) crew_.reset();
}

Pool::~Pool() = default;

void Pool::dispatch(std::int64_t chunks, void* fn, Call call) { crew_->dispatch(chunks, fn, call); }

}  // namespace talweg

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "talweg/base/export.hpp"

namespace talweg {

/// Which code makes matrix products: what is fastest on this machine, whose sums differ in their last bits from one
/// processor to the next, or the built-in code, whose sums are the same on every x86-64.
enum class Kernels { fastest, portable };

/// Threads that persist between pieces of work: starting threads costs ~100 µs, waking spinning ones 1 to 2 µs.
/// The caller is one of the threads. What a chunk computes must not depend on which thread runs it; the number of
/// chunks is chosen by the caller from the size of the work alone, so results are the same for every thread count.
class TALWEG_API Pool {
 public:
  /// `threads` >= 1, the caller included; 1 starts no thread. Where the system starts fewer, these work: `shortage`
  /// says so, and results are the same.
  explicit Pool(int threads = 1, Kernels kernels = Kernels::fastest);
  /// In the child of a fork(), where the threads do not exist, nothing is waited for.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return threads_; }
  Kernels kernels() const { return kernels_; }
  /// "" or one sentence: how many threads of how many could be started, and why not more.
  const std::string& shortage() const { return shortage_; }

  /// Calls fn(chunk) once for each chunk in 0 … chunks − 1, in any order, and returns when all have ended. If chunks
  /// throw, the exception of the lowest one is rethrown; those that had not begun are left out. A call from inside a
  /// chunk, while another thread uses the pool, or in the child of a fork(), runs serially.
  template <class F> void run(std::int64_t chunks, F&& fn) {
    if (chunks <= 1 || threads_ == 1) {
      for (std::int64_t chunk = 0; chunk < chunks; ++chunk) fn(chunk);
      return;
    }
    using Fn = std::remove_reference_t<F>;
    dispatch(chunks, const_cast<void*>(static_cast<const void*>(std::addressof(fn))),
             [](void* f, std::int64_t chunk) { (*static_cast<Fn*>(f))(chunk); });
  }

 private:
  using Call = void (*)(void* fn, std::int64_t chunk);
  void dispatch(std::int64_t chunks, void* fn, Call call);

  struct Crew;  // the worker threads and the job that they share, kept out of the header: <thread> is slow to compile
  int threads_;
  Kernels kernels_;
  std::string shortage_;
  std::unique_ptr<Crew> crew_;
};

/// fn(begin, end) over 0 … n in pieces of `chunk` elements, the last one shorter: the pieces depend on n alone.
template <class F> void for_ranges(Pool& pool, std::int64_t n, std::int64_t chunk, F&& fn) {
  pool.run((n + chunk - 1) / chunk, [&](std::int64_t c) {
    const std::int64_t begin = c * chunk;
    fn(begin, begin + chunk < n ? begin + chunk : n);
  });
}

}  // namespace talweg

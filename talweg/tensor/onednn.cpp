#ifdef TALWEG_HAVE_ONEDNN
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include <cassert>

#include "talweg/base/text.hpp"
#include "talweg/tensor/product.hpp"

// oneDNN as Debian builds it takes its number of threads from OpenMP. The symbols are weak: whichever OpenMP runtime
// came with oneDNN serves, and a oneDNN built without one needs none.
extern "C" {
[[gnu::weak]] int omp_get_max_threads();
[[gnu::weak]] void omp_set_num_threads(int);
}

namespace talweg::detail {
namespace {

/// Keeps OpenMP on one thread for the calling thread, and gives the caller's setting back: our tiles are the parallel
/// unit, and two thread pools on the same cores are three times slower than one.
class OneThread {
 public:
  OneThread() {
    if (omp_get_max_threads && omp_set_num_threads && (before_ = omp_get_max_threads()) != 1) omp_set_num_threads(1);
  }
  ~OneThread() {
    if (before_ > 1) omp_set_num_threads(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_ = 1;
};

}  // namespace

void onednn_product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> a, Strided<float> b, float* c,
                    std::int64_t ldc, bool add) {
  const OneThread one_thread;
  const bool a_as_is = a.column == 1, b_as_is = b.column == 1;
  const auto leading = [](std::int64_t stride, std::int64_t least) { return stride > least ? stride : least; };
  [[maybe_unused]] const dnnl_status_t status =
      dnnl_sgemm(a_as_is ? 'N' : 'T', b_as_is ? 'N' : 'T', m, n, k, 1.0f, a.data,
                 a_as_is ? leading(a.row, k) : leading(a.column, m), b.data,
                 b_as_is ? leading(b.row, n) : leading(b.column, k), add ? 1.0f : 0.0f, c, ldc);
  assert(status == dnnl_success);
}

std::string onednn_kernel() {
  const std::string isa = dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa());
  // What came after AVX2 and AVX-512 has no sums of float of its own.
  for (const std::string_view family : {"avx512", "avx2"})
    if (isa.find(family) != std::string::npos) return text::cat("oneDNN ", family);
  return text::cat("oneDNN ", std::string_view(isa).substr(isa.starts_with("cpu_isa_") ? 8 : 0));
}

}  // namespace talweg::detail
#endif

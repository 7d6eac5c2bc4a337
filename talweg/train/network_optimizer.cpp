#include "talweg/train/network_optimizer.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

std::vector<Segment> segments(std::span<const nn::Parameter> parameters) {
  std::vector<Segment> out;
  for (const nn::Parameter& p : parameters)
    out.push_back({p.name, static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size())});
  return out;
}

ParallelFor parallel_for(Pool& pool) {
  return [&pool](std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
    constexpr std::int64_t chunk = 16384;  // about 10 µs of Adam
    for_ranges(pool, static_cast<std::int64_t>(count), chunk, [&](std::int64_t begin, std::int64_t end) {
      body(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    });
  };
}

template <class T>
NetworkOptimizer<T>::NetworkOptimizer(const FirstOrder& method, const nn::Parameters<T>& parameters)
    : parameters_(parameters), optimizer_(method, segments(parameters.list)) {
  if (optimizer_.looks_ahead())
    throw Error(text::cat(method.label(), " takes its gradient at a point ahead of the parameters, where a loop of ",
                          "forward and backward passes is not: use its shifted form ", method.name(), ":torch"));
}

template <class T> void NetworkOptimizer<T>::use(Pool& pool) { optimizer_.set_parallel(parallel_for(pool)); }

template class NetworkOptimizer<float>;
template class NetworkOptimizer<double>;

}  // namespace talweg

#include <algorithm>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/optim/state_bytes.hpp"

/// The state of a rule as bytes, and back.
namespace talweg {

namespace {

constexpr std::uint32_t format_version = 1;
constexpr std::string_view format_name = "talweg optimizer state";

}  // namespace

template <class T> std::vector<std::byte> Optimizer<T>::save() const {
  StateWriter out;
  out.text(format_name);
  out.number(format_version);
  out.text(method_.label());
  out.number(std::uint32_t{sizeof(T)});
  out.number(std::uint64_t{size_});
  out.number(state_.t);
  out.number(state_.clipped);
  out.number(state_.previous_value);
  out.number(state_.schedule.best);
  out.number(state_.schedule.factor);
  out.number(state_.schedule.bad);
  out.number(state_.schedule.cooling);
  out.number(std::uint64_t{state_.groups.size()});
  for (const GroupState& group : state_.groups) {
    out.number(group.context.learning_rate);
    out.number(group.context.base_learning_rate);
    out.number(std::uint8_t{group.context.value_rose});
    out.vector<double>(group.carry);
  }
  out.number(std::uint64_t{state_.slots.count()});
  for (std::size_t i = 0; i < state_.slots.count(); ++i) out.vector<T>(std::as_const(state_).slots[i]);
  out.vector<T>(state_.average);
  out.vector<T>(state_.moving_average);
  return out.take();
}

template <class T> void Optimizer<T>::load(std::span<const std::byte> bytes) {
  StateReader in(bytes);
  if (in.text() != format_name) in.fail();
  if (const auto version = in.number<std::uint32_t>(); version != format_version)
    throw Error(text::cat("saved optimizer state has version ", version, " and this library reads ", format_version));
  if (const std::string label = in.text(); label != method_.label())
    throw Error(text::cat("saved optimizer state belongs to ", label, ", not to ", method_.label()));
  if (const auto width = in.number<std::uint32_t>(); width != sizeof(T))
    throw Error(text::cat("saved optimizer state holds numbers of ", width, " bytes, not of ", sizeof(T)));
  if (const auto size = in.number<std::uint64_t>(); size != size_)
    throw Error(text::cat("saved optimizer state has ", size, " entries and the optimizer was made for ", size_));
  State s;
  s.t = in.number<std::int64_t>();
  s.clipped = in.number<std::int64_t>();
  s.previous_value = in.number<double>();
  s.schedule.best = in.number<double>();
  s.schedule.factor = in.number<double>();
  s.schedule.bad = in.number<std::int64_t>();
  s.schedule.cooling = in.number<std::int64_t>();
  if (const auto groups = in.number<std::uint64_t>(); groups != state_.groups.size())
    throw Error(text::cat("saved optimizer state has ", groups - 1, " parameter groups, not ", method_.groups.size()));
  for (const GroupState& mine : state_.groups) {
    GroupState group;
    group.context.t = s.t;
    group.context.learning_rate = in.number<double>();
    group.context.base_learning_rate = in.number<double>();
    group.context.value_rose = in.number<std::uint8_t>() != 0;
    group.carry = in.vector<double>();
    if (group.carry.size() != mine.carry.size()) in.fail();
    s.groups.push_back(std::move(group));
  }
  if (const auto slots = in.number<std::uint64_t>(); slots != state_.slots.count())
    throw Error(text::cat("saved state of ", method_.label(), " has ", slots, " slots, and these options need ",
                          state_.slots.count()));
  const auto vector_like = [&](std::size_t size) {
    auto v = in.vector<T>();
    if (v.size() != size) in.fail();
    return v;
  };
  s.slots = simd::StaggeredArrays<T>(state_.slots.count(), size_);
  for (std::size_t i = 0; i < s.slots.count(); ++i) std::ranges::copy(vector_like(size_), s.slots[i].begin());
  s.average = vector_like(state_.average.size());
  s.moving_average = vector_like(state_.moving_average.size());
  in.finish();
  state_ = std::move(s);
  refold();
}

template std::vector<std::byte> Optimizer<float>::save() const;
template std::vector<std::byte> Optimizer<double>::save() const;
template void Optimizer<float>::load(std::span<const std::byte>);
template void Optimizer<double>::load(std::span<const std::byte>);

}  // namespace talweg

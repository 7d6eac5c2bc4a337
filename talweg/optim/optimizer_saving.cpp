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

template <class T> void Optimizer<T>::resume(std::int64_t steps, std::span<const NamedSlot> slots) {
  if (state_.t > 0) throw Error(text::cat("a run is taken up before the first step, and this one has made ", state_.t));
  if (steps < 0) throw Error(text::cat("steps: ", steps, ": expected 0 or more"));
  if (!state_.average.empty() || !state_.moving_average.empty())
    throw Error("averages of the iterates are in no slot: take the run up without averaging and ema");
  const auto names = slot_names();
  for (const NamedSlot& given : slots) {
    if (std::ranges::find(names, given.name) == names.end())
      throw Error(text::cat(method_.label(), " keeps no '", given.name, "'; its slots are ", text::list(names)));
    if (given.values.size() != size_)
      throw Error(text::cat("'", given.name, "' has ", given.values.size(), " numbers for ", size_, " parameters"));
  }
  for (const NamedSlot& given : slots)
    std::ranges::copy(
        given.values,
        state_.slots[static_cast<std::size_t>(std::ranges::find(names, given.name) - names.begin())].begin());
  // Scalars that go from step to step follow from the number of steps alone.
  const bool carries = std::ranges::any_of(updaters_, [](const auto& u) { return !u->carry().empty(); });
  if (!carries && steps > 1) state_.t = steps - 1;
  while (state_.t < steps) prepare({});
}

template std::vector<std::byte> Optimizer<float>::save() const;
template std::vector<std::byte> Optimizer<double>::save() const;
template void Optimizer<float>::load(std::span<const std::byte>);
template void Optimizer<double>::load(std::span<const std::byte>);
template void Optimizer<float>::resume(std::int64_t, std::span<const NamedSlot>);
template void Optimizer<double>::resume(std::int64_t, std::span<const NamedSlot>);

}  // namespace talweg

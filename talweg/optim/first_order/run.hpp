#pragma once
#include <memory>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/method.hpp"
#include "talweg/optim/optimizer.hpp"

/// First-order methods in the one loop `minimize`.
namespace talweg {

/// `segments` name parts of x for parameter groups and per-tensor clipping. Without them x is one part; for groups,
/// each of Options::names is one.
TALWEG_API std::shared_ptr<const MethodBase> make_method(const FirstOrder& method, std::vector<Segment> segments);
/// A template, so that a rule's conversion to FirstOrder does not compete with Method's own constructor.
template <std::same_as<FirstOrder> M> std::shared_ptr<const MethodBase> make_method(const M& method) {
  return make_method(method, {});
}

template <UpdateRule Rule> Method::Method(const Rule& rule) : Method(make_method(FirstOrder(rule))) {}

}  // namespace talweg

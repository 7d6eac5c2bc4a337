#pragma once
#include <memory>
#include <vector>

#include "talweg/optim/method.hpp"
#include "talweg/optim/optimizer.hpp"

/// First-order methods in the one loop `minimize`.
namespace talweg {

/// `segments` name parts of x for parameter groups and per-tensor clipping; without them x is one part.
std::shared_ptr<const MethodBase> make_method(const FirstOrder& method, std::vector<Segment> segments);
std::shared_ptr<const MethodBase> make_method(const FirstOrder& method);

template <UpdateRule Rule> Method::Method(const Rule& rule) : Method(make_method(FirstOrder(rule))) {}

}  // namespace talweg

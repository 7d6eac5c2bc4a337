#include "talweg/optim/first_order/adam.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<Adam>();

}  // namespace talweg::detail

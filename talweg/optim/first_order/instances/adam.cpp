#include "talweg/optim/first_order/all.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"

template void talweg::detail::add_rules<talweg::AdamRules>(std::vector<std::unique_ptr<AnyRule>>&);

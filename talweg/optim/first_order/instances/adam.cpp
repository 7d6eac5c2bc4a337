#include "talweg/optim/first_order/adam.hpp"
#include "talweg/optim/first_order/adamw.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<Adam>();
template std::unique_ptr<AnyRule> make_rule<AdamEpsHat>();
template std::unique_ptr<AnyRule> make_rule<AdamInside>();
template std::unique_ptr<AnyRule> make_rule<AdamW>();
template std::unique_ptr<AnyRule> make_rule<AdamWKeras>();

}  // namespace talweg::detail

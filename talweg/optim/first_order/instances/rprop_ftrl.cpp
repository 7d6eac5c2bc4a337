#include "talweg/optim/first_order/ftrl.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"
#include "talweg/optim/first_order/rprop.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<IRpropMinus>();
template std::unique_ptr<AnyRule> make_rule<RpropMinus>();
template std::unique_ptr<AnyRule> make_rule<RpropPlus>();
template std::unique_ptr<AnyRule> make_rule<IRpropPlus>();
template std::unique_ptr<AnyRule> make_rule<Ftrl>();
template std::unique_ptr<AnyRule> make_rule<FtrlKeras>();

}  // namespace talweg::detail

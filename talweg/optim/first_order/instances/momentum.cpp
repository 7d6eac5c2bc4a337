#include "talweg/optim/first_order/momentum.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"
#include "talweg/optim/first_order/nesterov.hpp"
#include "talweg/optim/first_order/sgd.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<Sgd>();
template std::unique_ptr<AnyRule> make_rule<Momentum>();
template std::unique_ptr<AnyRule> make_rule<MomentumTorch>();
template std::unique_ptr<AnyRule> make_rule<MomentumEma>();
template std::unique_ptr<AnyRule> make_rule<Nesterov>();
template std::unique_ptr<AnyRule> make_rule<NesterovTorch>();
template std::unique_ptr<AnyRule> make_rule<NesterovKeras>();

}  // namespace talweg::detail

#include "talweg/optim/first_order/adadelta.hpp"
#include "talweg/optim/first_order/adagrad.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"
#include "talweg/optim/first_order/rmsprop.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<Adagrad>();
template std::unique_ptr<AnyRule> make_rule<AdagradInside>();
template std::unique_ptr<AnyRule> make_rule<Rmsprop>();
template std::unique_ptr<AnyRule> make_rule<RmspropInside>();
template std::unique_ptr<AnyRule> make_rule<Adadelta>();

}  // namespace talweg::detail

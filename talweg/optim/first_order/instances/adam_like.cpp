#include "talweg/optim/first_order/adamax.hpp"
#include "talweg/optim/first_order/instances/instantiate.hpp"
#include "talweg/optim/first_order/lion.hpp"
#include "talweg/optim/first_order/nadam.hpp"
#include "talweg/optim/first_order/radam.hpp"

namespace talweg::detail {

template std::unique_ptr<AnyRule> make_rule<Adamax>();
template std::unique_ptr<AnyRule> make_rule<AdamaxKeras>();
template std::unique_ptr<AnyRule> make_rule<RAdam>();
template std::unique_ptr<AnyRule> make_rule<Lion>();
template std::unique_ptr<AnyRule> make_rule<Nadam>();
template std::unique_ptr<AnyRule> make_rule<NadamConstant>();

}  // namespace talweg::detail

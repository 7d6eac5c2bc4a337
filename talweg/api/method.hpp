#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/optim/method.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

/// What is set around a method; an empty text means not given.
struct MethodRequest {
  std::string optimizer = {};            ///< "adam:paper,learning_rate=0.01"
  std::string schedule = {};             ///< "cosine,warmup=100"
  std::string clip = {};                 ///< "norm=1"
  std::vector<std::string> groups = {};  ///< "x:learning_rate=0.1"
  bool bounds = false;  ///< whether the problem has bounds, and constraints: what serves without a name
  bool constraints = false;
  bool all_rows = true;  ///< at every step; false: of a formula over rows some of them
};

struct NamedMethod {
  Method method;
  std::optional<FirstOrder> rule;     ///< where it is a first-order method
  std::vector<std::string> warnings;  ///< what a user should hear before running it
};

/// What turns a learning rate means nothing to a method that searches along a line: throws Error for it.
void refuse_rate_options(const MethodRequest& request, std::string_view spec);

/// The method of that name. Throws Error naming an unknown name or key with its near names, and options that would have
/// no effect on it.
NamedMethod method(const MethodRequest& request);

/// Whether two specs mean the same method with the same settings.
bool same_optimizer(std::string_view a, std::string_view b);

/// For a word that somebody took for an option of the command: "learning_rate is a key of the method, such as
/// sgd,learning_rate=…" where some method has it (lr, eps and the like too), otherwise "".
std::string key_of_a_method(std::string_view word);

/// What serves when no optimizer is named: lbfgs, with bounds lbfgsb, with constraints sqp.
std::string_view default_optimizer(const MethodRequest& request);

}  // namespace talweg::api

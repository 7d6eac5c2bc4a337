#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>

#include "talweg/base/export.hpp"
#include "talweg/optim/evaluator.hpp"
#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

/// What one iteration did. Anything but `running` ends the run; `why` is then a sentence for the message.
struct StepReport {
  Status status = Status::running;
  std::string why;
  bool moved = true;  ///< false: a verdict on the point where the last iteration ended, no iteration of its own
};

/// The step that a method's model of f would make next: x + first · direction, with g'direction = slope < 0. Empty
/// where there is no model yet.
struct Proposal {
  std::span<const double> direction;  ///< (n)
  double slope = 0, first = 1;

  bool empty() const { return direction.empty(); }
  double promise() const { return -slope * first / 2; }  ///< the fall of f that the model expects
};

/// A method at work on one function: its state, and `step`, one iteration (line search included).
class TALWEG_API Run {
 public:
  virtual ~Run() = default;
  virtual const Point& at() const = 0;  ///< the current point, complete
  virtual StepReport step(Evaluator& f) = 0;
  /// What `step` will do next; it spends no evaluation, and asking changes nothing.
  virtual Proposal propose(Evaluator&) { return {}; }
  /// Goes on from p, which is complete. What the method remembers of the way is forgotten where it no longer holds.
  virtual void move_to(Evaluator& f, Point p) = 0;
  /// The variables are such that the Hessian is about the identity: the first trial step is −g itself.
  virtual void trust_scale(const Bounds&) {}
  virtual Observations observe() const = 0;            ///< the method's own numbers after the last step
  virtual Observations details() const { return {}; }  ///< totals for Result::details
  /// One for each constraint, of the function that is minimised; for methods that take constraints.
  virtual std::vector<double> multipliers() const { return {}; }
  virtual std::vector<std::byte> save() const = 0;  ///< everything that decides the future
  virtual void load(std::span<const std::byte> bytes) = 0;
  /// For those who show how a method works: what it holds of that type (its State, its settings, its Optimizer), or
  /// nullptr.
  virtual const void* part(const std::type_info&) const { return nullptr; }
};
template <class T> const T* part_of(const Run& run) { return static_cast<const T*>(run.part(typeid(T))); }

struct MethodTraits {
  std::string spec = {};  ///< the exact variant with its parameters, as printed in reports
  std::int64_t default_iterations = 1000;
  bool first_order = false;  ///< a rule with a learning rate, no line search
  bool monotone = false;     ///< f never rises from one iteration to the next
  bool bounds = true;        ///< false: refuses Options::bounds
  bool constraints = false;  ///< takes Options::constraints, and then judges convergence itself
  bool models = false;       ///< has a model of f, whose steps say how far the minimum is
};

class TALWEG_API MethodBase {
 public:
  virtual ~MethodBase() = default;
  virtual MethodTraits traits() const = 0;
  /// `start` is complete. Throws Error for parameters out of range, naming them.
  virtual std::unique_ptr<Run> start(Point start, const Options& options) const = 0;
};

/// Any method, first-order or deterministic: what the one loop `minimize` drives.
class TALWEG_API Method {
 public:
  explicit Method(std::shared_ptr<const MethodBase> base) : base_(std::move(base)) {}
  /// From a first-order rule: Method(Adam{.learning_rate = 0.01}).
  template <UpdateRule Rule> Method(const Rule& rule);
  /// From a deterministic method M, for which `std::shared_ptr<const MethodBase> make_method(const M&)` is declared
  /// beside it: Method(Lbfgs{.memory = 5}).
  template <class M>
  requires requires(const M& m) {
    { make_method(m) } -> std::convertible_to<std::shared_ptr<const MethodBase>>;
  }
  Method(const M& method) : base_(make_method(method)) {}
  /// From `name[:variant][,key=value]...` of either family: Method("adam,learning_rate=0.01"), Method("cg:hs"). Throws
  /// Error for an unknown name, variant or key, with the near ones, and for a value out of range.
  Method(std::string_view spec);
  Method(const char* spec) : Method(std::string_view(spec)) {}
  Method(const std::string& spec) : Method(std::string_view(spec)) {}

  /// What serves where no method is named: L-BFGS, with bounds L-BFGS-B, under constraints SQP.
  static Method usual(const Options& options);

  const MethodBase& operator*() const { return *base_; }
  const MethodBase* operator->() const { return base_.get(); }

 private:
  std::shared_ptr<const MethodBase> base_;
};

/// The spec with the usual name in front, of whatever family: "L-BFGS,memory=5" is "lbfgs,memory=5". See usual_spec.
TALWEG_API std::string usual_method(std::string_view spec);

/// Throws Error for a spec whose name neither family of methods has, with the near names of both.
TALWEG_API void check_method_name(std::string_view spec);

}  // namespace talweg

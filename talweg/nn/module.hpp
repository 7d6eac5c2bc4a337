#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/nn/pass.hpp"

namespace talweg::nn {

/// A parameter that a layer asks for: "weight" (I, O).
struct LayerParameter {
  std::string_view name;
  Shape shape;
};

/// A layer is plain data, its options, with one `forward` for training and predictions alike; see layers/dense.hpp:
///
///   static constexpr Card card;
///   std::int64_t outputs(std::int64_t inputs) const;       numbers in a row that comes out, from those that go in
///   template <class T> Value<T> forward(Pass<T>& pass, const Value<T>& x) const;
///
/// and, where it has parameters,
///
///   std::vector<LayerParameter> parameters(std::int64_t inputs) const;
///   template <class T> void start(Random& random, std::span<const View<T>> parameters) const;     they are 0 before
template <class L>
concept Layer = requires(const L& layer, Pass<float>& f, const Value<float>& xf, Pass<double>& d,
                         const Value<double>& xd) {
  { L::card } -> std::convertible_to<Card>;
  { layer.outputs(std::int64_t{}) } -> std::same_as<std::int64_t>;
  { layer.forward(f, xf) } -> std::same_as<Value<float>>;
  { layer.forward(d, xd) } -> std::same_as<Value<double>>;
};

/// Any layer. A value: copies share the options, which nobody changes.
class Module {
 public:
  template <Layer L> Module(L layer) : layer_(std::make_shared<const Of<L>>(std::move(layer))) {}

  std::string_view name() const { return layer_->name(); }  ///< "dense"
  std::int64_t outputs(std::int64_t inputs) const { return layer_->outputs(inputs); }
  std::vector<LayerParameter> parameters(std::int64_t inputs) const { return layer_->parameters(inputs); }
  template <class T> void start(Random& random, std::span<const View<T>> parameters) const {
    layer_->start(random, parameters);
  }
  template <class T> Value<T> forward(Pass<T>& pass, const Value<T>& x) const { return layer_->forward(pass, x); }
  /// The layer's options; nullptr when it is of another kind.
  template <Layer L> const L* as() const {
    const auto* same = dynamic_cast<const Of<L>*>(layer_.get());
    return same ? &same->layer : nullptr;
  }

 private:
  struct TALWEG_API Any {
    virtual ~Any() = default;
    virtual std::string_view name() const = 0;
    virtual std::int64_t outputs(std::int64_t inputs) const = 0;
    virtual std::vector<LayerParameter> parameters(std::int64_t inputs) const = 0;
    virtual void start(Random& random, std::span<const View<float>> parameters) const = 0;
    virtual void start(Random& random, std::span<const View<double>> parameters) const = 0;
    virtual Value<float> forward(Pass<float>& pass, const Value<float>& x) const = 0;
    virtual Value<double> forward(Pass<double>& pass, const Value<double>& x) const = 0;
  };
  template <class L> struct TALWEG_API Of final : Any {
    L layer;
    explicit Of(L given) : layer(std::move(given)) {}
    std::string_view name() const override { return L::card.name; }
    std::int64_t outputs(std::int64_t inputs) const override { return layer.outputs(inputs); }
    std::vector<LayerParameter> parameters([[maybe_unused]] std::int64_t inputs) const override {
      if constexpr (requires { layer.parameters(inputs); })
        return layer.parameters(inputs);
      else
        return {};
    }
    void start(Random& random, std::span<const View<float>> p) const override { begin<float>(random, p); }
    void start(Random& random, std::span<const View<double>> p) const override { begin<double>(random, p); }
    Value<float> forward(Pass<float>& pass, const Value<float>& x) const override { return layer.forward(pass, x); }
    Value<double> forward(Pass<double>& pass, const Value<double>& x) const override { return layer.forward(pass, x); }
    template <class T> void begin([[maybe_unused]] Random& random, [[maybe_unused]] std::span<const View<T>> p) const {
      if constexpr (requires { layer.template start<T>(random, p); }) layer.template start<T>(random, p);
    }
  };
  std::shared_ptr<const Any> layer_;
};

/// The parameters of layers one after the other, without their memory: "dense1.weight", "dense1.bias", "dense2.weight".
/// Throws Error for rows of less than 1 number and for networks beyond all memories.
TALWEG_API std::vector<Parameter> layout(std::int64_t inputs, std::span<const Module> layers);

}  // namespace talweg::nn

#pragma once
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "talweg/optim/objective.hpp"
#include "talweg/optim/state_bytes.hpp"

/// A struct lists the members that decide the future in one `visit(Self&, V&&)`; saving and loading are the two V.
namespace talweg {

struct SaveState {
  StateWriter out;

  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(const T& value) {
    if constexpr (std::integral<T>)
      out.number(static_cast<std::int64_t>(value));
    else
      out.number(value);
  }
  template <class T> void operator()(const std::vector<T>& v) { out.vector(std::span<const T>(v)); }
  void operator()(const std::string& text) { out.text(text); }
  void count(std::int64_t n) { (*this)(n); }
  template <class Enum> void choice(Enum value, Enum /*last*/) { (*this)(static_cast<std::int64_t>(value)); }
  void either(const std::vector<double>& v, std::size_t /*n*/) { (*this)(v); }
  void point(const Point& p, std::size_t /*n*/) { (*this)(p.x), (*this)(p.f), (*this)(p.g); }
};

/// Reads into a state of the same kind: one of the same method, begun on as many variables. Throws Error for bytes that
/// are not of such a one; they may come from anywhere.
struct LoadState {
  StateReader in;

  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(T& value) {
    if constexpr (!std::integral<T>) {
      value = in.number<T>();
      return;
    }
    // So far from the ends of T that what counts can go on counting.
    constexpr std::int64_t most = std::is_same_v<T, bool> ? 1 : std::int64_t{1} << (sizeof(T) < 8 ? 30 : 53);
    const auto n = in.number<std::int64_t>();
    if (n > most || n < (std::is_unsigned_v<T> ? 0 : -most)) in.fail();
    value = static_cast<T>(n);
  }
  template <class T> void operator()(std::vector<T>& v) {
    auto read = in.vector<T>();
    if (read.size() != v.size()) in.fail();
    v = std::move(read);
  }
  void operator()(std::string& text) { text = in.text(); }
  /// Of what is counted.
  void count(std::int64_t& n) {
    (*this)(n);
    if (n < 0) in.fail();
  }
  template <class Enum> void choice(Enum& value, Enum last) {
    const auto n = in.number<std::int64_t>();
    if (n < 0 || n > static_cast<std::int64_t>(last)) in.fail();
    value = static_cast<Enum>(n);
  }
  /// A vector that is empty or of length n.
  void either(std::vector<double>& v, std::size_t n) {
    v = in.vector<double>();
    if (!v.empty() && v.size() != n) in.fail();
  }
  /// A complete point of n variables, or none.
  void point(Point& p, std::size_t n) {
    either(p.x, n), (*this)(p.f), either(p.g, n);
    if (p.x.size() != p.g.size()) in.fail();
    if (p.x.empty()) return;
    if (!std::isfinite(p.f)) in.fail();
    for (const auto* v : {&p.x, &p.g})
      for (const double number : *v)
        if (!std::isfinite(number)) in.fail();
  }
};

}  // namespace talweg

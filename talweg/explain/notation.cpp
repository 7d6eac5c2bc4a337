#include "talweg/explain/notation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "talweg/base/text.hpp"

namespace talweg::explain {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// Characters of symbols, and what LaTeX calls them.
constexpr std::array<Pair, 47> commands{{{"α", "\\alpha "},
                                         {"β", "\\beta "},
                                         {"γ", "\\gamma "},
                                         {"δ", "\\delta "},
                                         {"ε", "\\varepsilon "},
                                         {"η", "\\eta "},
                                         {"θ", "\\theta "},
                                         {"λ", "\\lambda "},
                                         {"μ", "\\mu "},
                                         {"π", "\\pi "},
                                         {"ρ", "\\rho "},
                                         {"σ", "\\sigma "},
                                         {"τ", "\\tau "},
                                         {"φ", "\\varphi "},
                                         {"ψ", "\\psi "},
                                         {"Δ", "\\Delta "},
                                         {"Π", "\\prod "},
                                         {"Σ", "\\sum "},
                                         {"Φ", "\\Phi "},
                                         {"∂", "\\partial "},
                                         {"∇", "\\nabla "},
                                         {"‖", "\\|"},
                                         {"−", "-"},
                                         {"·", "\\cdot "},
                                         {"×", "\\times "},
                                         {"÷", "\\div "},
                                         {"∞", "\\infty "},
                                         {"√", "\\surd "},
                                         {"&", "\\&"},
                                         {"%", "\\%"},
                                         {"#", "\\#"},
                                         {"$", "\\$"},
                                         {"{", "\\{"},
                                         {"}", "\\}"},
                                         {"_", "\\_"},
                                         {"~", "\\sim "},
                                         {"^", "\\text{\\textasciicircum}"},
                                         {"\\", "\\backslash "},
                                         {"≤", "\\le "},
                                         {"≥", "\\ge "},
                                         {"∈", "\\in "},
                                         {"½", "\\tfrac12 "},
                                         {"→", "\\to "},
                                         {"←", "\\gets "},
                                         {"⋯", "\\cdots "},
                                         {"…", "\\dots "},
                                         {" ", "\\ "}}};
/// Raised characters. LaTeX takes only one superscript at a place, so that neighbours are gathered.
constexpr std::array<Pair, 9> raised{{{"′", "\\prime "},
                                      {"⁺", "+"},
                                      {"⁻", "-"},
                                      {"ᵀ", "\\top "},
                                      {"ᶜ", "c"},
                                      {"ᵗ", "t"},
                                      {"¹", "1"},
                                      {"²", "2"},
                                      {"³", "3"}}};
constexpr std::array<std::string_view, 10> low_digits{"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t character_length(std::string_view s) {
  std::size_t n = 1;
  while (n < s.size() && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) ++n;
  return n;
}

/// The decimal digit that the text begins with when it is written below the line; -1 otherwise.
int low_digit(std::string_view s) {
  for (std::size_t d = 0; d < low_digits.size(); ++d)
    if (s.starts_with(low_digits[d])) return static_cast<int>(d);
  return -1;
}

}  // namespace

std::string latex_symbol(std::string_view s) {
  constexpr std::string_view hat = "\xCC\x82", tilde = "\xCC\x83";  // combining: they follow their letter
  std::string out, index, power;
  std::size_t last = 0;  // where the last character begins in `out`
  const auto flush = [&] {
    if (!index.empty()) out += text::cat("_{", index, "}");
    if (!power.empty()) out += text::cat("^{", power, "}");
    index.clear();
    power.clear();
  };
  while (!s.empty()) {
    if (const int digit = low_digit(s); digit >= 0) {
      index += static_cast<char>('0' + digit);
      s.remove_prefix(character_length(s));
      continue;
    }
    const std::size_t n = character_length(s);
    const std::string_view c = s.substr(0, n);
    if (c == hat || c == tilde) {
      out = text::cat(out.substr(0, last), c == hat ? "\\hat{" : "\\tilde{", out.substr(last), "}");
      s.remove_prefix(n);
      continue;
    }
    if (const auto high = std::ranges::find(raised, c, &Pair::first); high != raised.end()) {
      power += high->second;
      s.remove_prefix(n);
      continue;
    }
    flush();
    last = out.size();
    std::size_t word = 0;
    while (word < s.size() && (is_letter(s[word]) || (s[word] == '_' && word + 1 < s.size() && is_letter(s[word + 1]))))
      ++word;
    if (word > 1) {
      out += "\\mathrm{";
      for (const char letter : s.substr(0, word)) out += letter == '_' ? std::string("\\_") : std::string(1, letter);
      out += '}';
      s.remove_prefix(word);
    } else {
      std::string_view written = n == 1 ? c : "?";
      for (const auto& [from, to] : commands)
        if (c == from) written = to;
      out += written;
      s.remove_prefix(n);
    }
    // Digits right after a letter are its index: β1, c2, x1.
    while (!s.empty() && is_digit(s[0]) && !is_digit(c[0]) && c != "." && c != "(" && c != "," && c != "−") {
      index += s[0];
      s.remove_prefix(1);
    }
    if (!index.empty() && low_digit(s) >= 0) index += ',';
  }
  flush();
  return out;
}

Text symbol(std::string_view plain) { return {std::string(plain), latex_symbol(plain)}; }

Text indexed(std::string_view base, long long index) {
  std::string plain(base);
  for (const char c : std::to_string(index)) plain += low_digits[static_cast<std::size_t>(c - '0')];
  return symbol(plain);
}

Text number(double value) {
  Text out{text::number(value), {}};
  const auto e = out.plain.find('e');
  if (e == std::string::npos) {
    out.latex = out.plain == "inf" ? "\\infty" : out.plain == "-inf" ? "-\\infty" : out.plain;
  } else {
    const auto exponent = text::parse_integer(std::string_view(out.plain).substr(e + 1));
    out.latex = text::cat(out.plain.substr(0, e), " \\times 10^{", exponent.value_or(0), "}");
  }
  if (out.plain == "nan") out.latex = "\\mathrm{nan}";
  return out;
}

std::string_view parameter_symbol(std::string_view name) {
  static constexpr std::array<Pair, 18> table{{{"learning_rate", "η"},
                                               {"beta1", "β1"},
                                               {"beta2", "β2"},
                                               {"epsilon", "ε"},
                                               {"momentum", "μ"},
                                               {"decay", "ρ"},
                                               {"dampening", "τ"},
                                               {"learning_rate_decay", "λ"},
                                               {"momentum_decay", "ψ"},
                                               {"weight_decay", "λ"},
                                               {"alpha", "α"},
                                               {"beta", "β"},
                                               {"l1", "λ1"},
                                               {"l2", "λ2"},
                                               {"increase", "η⁺"},
                                               {"decrease", "η⁻"},
                                               {"step_min", "Δmin"},
                                               {"step_max", "Δmax"}}};
  for (const auto& [from, to] : table)
    if (name == from) return to;
  return name;
}

}  // namespace talweg::explain

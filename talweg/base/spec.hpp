#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg {

/// The one grammar of methods, schedules, models and what is set around them:
///   name[:word][,word…][,key=value…]     "adam:paper,learning_rate=0.01", "mlp:64,32,activation=tanh", "cosine"
///   key=value[,key=value…]               "norm=1", and what stands behind the pattern of a group
/// White space around each part does not count. All parts are views into the text.
struct TALWEG_API Spec {
  struct Piece {
    std::string_view text;                  ///< "learning_rate=0.01", "64"
    std::string_view key = {}, value = {};  ///< of key=value
    bool option = false;                    ///< whether it is one
    std::size_t at = 0;                     ///< of its first character in the text that was read, from 0
  };
  std::string_view head;      ///< what stands before the first comma: "adam:paper"
  std::string_view name;      ///< "adam"
  bool colon = false;         ///< the first piece stands behind a ':'
  std::vector<Piece> pieces;  ///< all that stands behind the name

  static Spec read(std::string_view text);
  /// Pieces without a name before them.
  static std::vector<Piece> read_pieces(std::string_view text, std::size_t offset = 0);

  /// What stands behind the ':'; empty without one.
  std::string_view variant() const { return colon ? pieces[0].text : std::string_view{}; }
  /// The pieces behind the variant.
  std::span<const Piece> options() const& { return std::span(pieces).subspan(colon ? 1 : 0); }
  std::span<const Piece> options() && = delete;  // they would outlive the pieces
  /// Whether an option has this key.
  bool has(std::string_view key) const;
};

/// Throws Error unless the piece is key=value.
TALWEG_API void require_option(std::string_view who, const Spec::Piece& piece);
/// Notes that `key` was given. Throws Error for the second time.
TALWEG_API void take_once(std::string_view who, std::string_view key, std::vector<std::string_view>& given);

/// Writes what Spec reads.
class TALWEG_API SpecWriter {
 public:
  explicit SpecWriter(std::string_view name) : text_(name) {}
  SpecWriter& word(std::string_view word);  ///< the first one stands behind a ':'; empty: nothing
  SpecWriter& option(std::string_view key, std::string_view value);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool empty_ = true;
};

/// "did you mean 'adam'? ", or nothing.
TALWEG_API std::string near_names(std::string_view wrong, std::span<const std::string_view> known);
/// Throws Error: "adam:paper: key 'lrate' is not known; did you mean …? it reads learning_rate, …"
[[noreturn]] TALWEG_API void refuse_key(std::string_view who, std::string_view key,
                                        std::span<const std::string_view> known);
/// Throws Error: "optimizer adam: variant 'papr' is not known; did you mean 'paper'? the variants are …"
[[noreturn]] TALWEG_API void refuse_variant(std::string_view who, std::string_view variant,
                                            std::span<const std::string_view> known);

/// A name as it is compared where spelling is forgiven: small letters, without hyphens, underscores and blanks before
/// a letter or a digit. "L-BFGS-B" and "lbfgsb" are the same; "rprop" and "Rprop-" are not.
TALWEG_API std::string folded(std::string_view name);

}  // namespace talweg

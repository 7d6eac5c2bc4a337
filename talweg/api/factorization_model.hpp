#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::train {
struct SavedFactorization;
}

namespace talweg {

/// A trained factorisation read from a file. A value: copies share the numbers, which nobody changes.
class TALWEG_API LoadedFactorization {
 public:
  /// The rating that the user would give. An id that was not trained leaves out what is not known of it.
  double predict(std::string_view user, std::string_view item) const;
  /// Items with predictions, the best first, without those that the user has rated in training.
  std::vector<std::pair<std::string, double>> recommend(std::string_view user, std::size_t count = 10) const;
  bool knows_user(std::string_view user) const;
  bool knows_item(std::string_view item) const;
  std::string spec() const;  ///< "mf:16,l2=1.1,…"
  const train::SavedFactorization& details() const { return *model_; }

 private:
  friend LoadedFactorization load_factorization(const std::string& path);
  explicit LoadedFactorization(std::shared_ptr<const train::SavedFactorization> model) : model_(std::move(model)) {}
  std::shared_ptr<const train::SavedFactorization> model_;
};

/// Throws Error naming the file and the entry when anything is missing or damaged.
TALWEG_API LoadedFactorization load_factorization(const std::string& path);

}  // namespace talweg

#pragma once
#include <algorithm>
#include <mutex>
#include <string_view>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// Things with a card, by name: those of the library in its order, then those that a program adds. Adding and finding
/// may happen in several threads.
template <class Table> class Registry {
 public:
  /// `what` is what they are called in messages: "loss".
  template <class List>
  Registry(std::string_view what, const List& list) : what_(what), all_(list.begin(), list.end()) {}

  /// `table` must live as long as the program. Throws Error for a name that is taken or no word.
  void add(const Table& table) {
    const std::string_view name = table.card.name;
    if (name.empty() || name.find_first_of(" ,:=") != std::string_view::npos)
      throw Error(text::cat("'", name, "' is no name for a ", what_, ": give one without blanks, ',', ':' and '='"));
    const std::scoped_lock lock(mutex_);
    for (const Table* t : all_)
      if (t->card.name == name)
        throw Error(text::cat("there is a ", what_, " '", name, "' already: give another name"));
    all_.push_back(&table);
  }

  /// nullptr when there is none.
  const Table* look_up(std::string_view name) const {
    const std::scoped_lock lock(mutex_);
    for (const Table* t : all_)
      if (t->answers_to(name)) return t;
    return nullptr;
  }
  /// Throws Error with the near names.
  const Table& find(std::string_view name) const {
    if (const Table* known = look_up(name)) return *known;
    std::vector<std::string_view> names;
    for (const Table* t : all()) names.push_back(t->card.name);
    const std::string near = text::did_you_mean(name, names);
    throw Error(text::cat("unknown ", what_, " '", name, "'", near.empty() ? "" : ": ", near, "; there are ",
                          text::list(names)));
  }

  std::vector<const Table*> all() const {
    const std::scoped_lock lock(mutex_);
    return all_;
  }
  std::vector<Card> cards() const {
    std::vector<Card> out;
    for (const Table* t : all()) out.push_back(t->card);
    return out;
  }

 private:
  std::string_view what_;
  std::vector<const Table*> all_;
  mutable std::mutex mutex_;
};

}  // namespace talweg::nn

#include "talweg/api/lesson/lesson.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api::lesson {

std::span<const Lesson> lessons() {
  static constexpr std::array all{
      Lesson{"neuron", "One neuron", "forwards, backwards, and one step, picture by picture", neuron_pages},
      Lesson{"optimizers", "Five optimizers on x²", "25 steps each from 10, as table and picture", optimizers_pages},
      Lesson{"line", "A line through five points", "every method on the same valley, with its path over the surface",
             line_pages},
      Lesson{"network", "The first network", "one dense unit learns y = 2x, epoch by epoch", network_pages},
      Lesson{"choosing", "Which method when", "what each is for, and what the line showed", choosing_pages}};
  return all;
}

const Lesson& find(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Lesson& lesson : lessons()) names.push_back(lesson.name);
  const auto it = std::ranges::find(names, name);
  if (it != names.end()) return lessons()[static_cast<std::size_t>(it - names.begin())];
  const std::string near = text::did_you_mean(name, names);
  throw Error(text::cat("no lesson is called '", text::shown(name), "': the lessons are ", text::list(names),
                        near.empty() ? "" : text::cat("; ", near)));
}

}  // namespace talweg::api::lesson

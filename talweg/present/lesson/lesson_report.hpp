#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/lesson/lesson.hpp"
#include "talweg/report/html/page.hpp"

/// Lessons as text, Markdown, JSON, and as one page.
namespace talweg::present::lesson {

enum class LessonFormat { text, markdown, json };
/// Throws Error naming the formats and near names.
LessonFormat parse_lesson_format(std::string_view name);

/// No line of a text is longer, but a command with a word that is.
inline constexpr std::size_t columns = 100;

/// A lesson whose runs are made.
struct Made {
  const api::lesson::Lesson* lesson;
  std::vector<api::lesson::Page> pages;
};
Made make(const api::lesson::Lesson& lesson);

/// A page of a lesson, counted from 0; the first one has the title of the lesson above it.
std::string page_text(const Made& made, std::size_t page);
std::string page_markdown(const Made& made, std::size_t page);

/// The whole document in one of the formats, with a line feed at its end.
std::string render(const std::vector<Made>& lessons, LessonFormat format);

/// What lessons there are, a line each, and how to go on.
std::string list(LessonFormat format);

/// All of it as one page, which opens offline; `version` is of the program.
report::html::Page lesson_page(const std::vector<Made>& lessons, std::string_view version);

}  // namespace talweg::present::lesson

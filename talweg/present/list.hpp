#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::present {

/// What can be listed: "optimizers", "problems", …
std::vector<std::string_view> list_topics();

/// What there is of one topic, or every item of that name by topic ("adam", "CG-FR"), for people. Throws Error for what
/// is neither, with the topics and near names.
std::string list_text(std::string_view topic_or_name);
/// The same as JSON, ended by a line feed: an array for a topic, an object with an array for each topic where the items
/// of a name are found. An empty text gives all topics.
std::string list_json(std::string_view topic_or_name);

/// What each item is for, its strengths and its weaknesses: a table within 100 columns, an array of objects.
std::string list_table_text(std::string_view topic_or_name);
std::string list_table_json(std::string_view topic_or_name);

}  // namespace talweg::present

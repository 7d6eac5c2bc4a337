#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::api {

/// What can be listed: "optimizers", "problems", …
std::vector<std::string_view> list_topics();

/// What there is of one topic, for people. Throws Error for an unknown topic, naming the topics and near names.
std::string list_text(std::string_view topic);
/// The same as a JSON array, ended by a line feed. An empty topic gives one object with an entry for each.
std::string list_json(std::string_view topic);

}  // namespace talweg::api

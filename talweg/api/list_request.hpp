#pragma once
#include <string>
#include <vector>

#include "talweg/base/option.hpp"

namespace talweg::api {

/// What is to be listed.
struct ListRequest {
  std::string topic;   ///< "optimizers", or the name of an item; empty: the topics
  bool table = false;  ///< what each is for, its strengths and its weaknesses

  template <class R = ListRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> ListRequest::options() {
  using O = Option<R>;
  return {
      O::template of<&R::topic>({.name = "topic", .help = "what to list, or the name of an item", .argument = true}),
      O::template of<&R::table>({.name = "table", .help = "what each is for, its strengths and its weaknesses"})};
}

}  // namespace talweg::api

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/option.hpp"

/// What can be asked of the checkpoints of a run, whether it trains or minimises.
namespace talweg::api {

/// An empty text was not given.
struct CheckpointRequest {
  std::string checkpoint;  ///< a folder that the state is written to
  std::string every;       ///< "60s", "100steps", and of what has epochs "1epochs"
  std::string keep_last;   ///< a number
  std::string resume;      ///< a folder that the state is taken up from, and written to

  bool writes() const { return !checkpoint.empty() || !resume.empty(); }

  /// `how_often` is the help of `every`.
  template <class R>
  static std::vector<Option<R>> checkpoint_options(std::string_view group, std::string_view how_often);
};

template <class R>
std::vector<Option<R>> CheckpointRequest::checkpoint_options(std::string_view group, std::string_view how_often) {
  using O = Option<R>;
  return {O::template of<&R::checkpoint>({.name = "checkpoint",
                                          .takes = "DIR",
                                          .help = "write the state of the run here again and again",
                                          .group = group,
                                          .path = PathRole::folder,
                                          .decides = false}),
          O::template of<&R::every>(
              {.name = "every", .takes = "PERIOD", .help = how_often, .group = group, .decides = false}),
          O::template of<&R::keep_last>({.name = "keep_last",
                                         .takes = "K",
                                         .help = "how many checkpoints stay there, up to 20 (1)",
                                         .group = group,
                                         .decides = false}),
          O::template of<&R::resume>({.name = "resume",
                                      .takes = "DIR",
                                      .help = "go on from the checkpoint there, and go on writing there",
                                      .group = group,
                                      .path = PathRole::folder,
                                      .decides = false})};
}

}  // namespace talweg::api

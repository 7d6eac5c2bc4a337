#pragma once
#include <string>

#include "talweg/base/option.hpp"
#include "talweg/data/input.hpp"

/// Options of requests that name rows.
namespace talweg::api {

namespace detail {
inline std::string text_of(const data::Input& input) { return input.table() ? input.name() : input.path(); }
}  // namespace detail

/// A command line and a run file name a path; what they write of a table in memory is what messages call it.
template <auto Member, class R> Option<R> input_option(const OptionInfo& info) {
  return {info, OptionKind::text,
          [](R& r, const OptionInfo&, const std::vector<std::string>& given) {
            (r.*Member).set_rows(given.empty() ? data::Input() : data::Input(given[0]));
          },
          [](const R& r) {
            std::string out = detail::text_of(r.*Member);
            return out.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(out)};
          }};
}

}  // namespace talweg::api

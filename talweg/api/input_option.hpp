#pragma once
#include <string>

#include "talweg/base/option.hpp"
#include "talweg/data/input.hpp"

/// Options of requests that name rows.
namespace talweg::api {

namespace detail {
inline data::Input input_of(const std::string& path) { return path; }
inline std::string text_of(const data::Input& input) { return input.table() ? input.name() : input.path(); }
}  // namespace detail

/// A command line and a run file name a path; what they write of a table in memory is what messages call it.
template <auto Member, class R> Option<R> input_option(const OptionInfo& info) {
  return Option<R>::template parsed<Member, detail::input_of, detail::text_of>(info);
}

}  // namespace talweg::api

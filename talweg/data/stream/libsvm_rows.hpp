#pragma once
#include <memory>
#include <string>

#include "talweg/data/stream/rows.hpp"

namespace talweg::data::stream {

/// Rows of `label index:value …`: numbered features.
template <class T> std::unique_ptr<RowParser<T>> libsvm_parser(const RowOptions& options, const std::string& origin);

/// Rows of `label name:value …`: each name is hashed to a place; a name alone has the value 1.
template <class T>
std::unique_ptr<RowParser<T>> hashed_libsvm_parser(const RowOptions& options, const std::string& origin);

}  // namespace talweg::data::stream

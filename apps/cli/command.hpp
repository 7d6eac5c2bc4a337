#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

/// A sub-command declares its options on its CLI::App and returns what runs it; that gives the exit status.
/// All values are taken as text and read by `options.hpp`, whose messages name the option, the value and the range.
using Runner = std::function<int()>;

Runner add_minimize(CLI::App& command);
Runner add_train(CLI::App& command);
Runner add_predict(CLI::App& command);
Runner add_evaluate(CLI::App& command);
Runner add_explain(CLI::App& command);
Runner add_advise(CLI::App& command);
Runner add_inspect(CLI::App& command);
Runner add_compare(CLI::App& command);
Runner add_list(CLI::App& command);
Runner add_suite(CLI::App& command);

namespace exit_status {
inline constexpr int success = 0;
inline constexpr int no_success = 1;  ///< the computation ended without success
inline constexpr int wrong_use = 2;   ///< wrong use, bad input or a damaged file
}  // namespace exit_status

#pragma once
#include <cctype>
#include <string>

#include <gtest/gtest.h>

/// The deterministic methods that the common tests run over, with their variants and line searches.
namespace talweg {

inline constexpr const char* every_spec[] = {"gd,line_search=weak-wolfe",
                                             "gd,line_search=armijo",
                                             "gd,line_search=wolfe",
                                             "gd,line_search=hager-zhang",
                                             "cg",
                                             "cg:fr",
                                             "cg:pr+",
                                             "cg:hs",
                                             "cg:dy",
                                             "cg,line_search=wolfe,curvature=0.1",
                                             "cg,memory=1",
                                             "cg,memory=5",
                                             "cg:hs,memory=5,line_search=hager-zhang",
                                             "lbfgs",
                                             "lbfgs,memory=1",
                                             "lbfgs,memory=5",
                                             "lbfgs,line_search=wolfe,curvature=0.9",
                                             "lbfgs,line_search=hager-zhang",
                                             "lbfgs,line_search=armijo",
                                             "lbfgsb",
                                             "lbfgsb,memory=3",
                                             "sqp",
                                             "auglag"};

/// Those that do not need thousands of iterations in a curved valley.
inline constexpr const char* fast_specs[] = {"cg",
                                             "cg:fr",
                                             "cg:pr+",
                                             "cg:hs",
                                             "cg:dy",
                                             "cg,memory=5",
                                             "lbfgs",
                                             "lbfgs,memory=10",
                                             "lbfgs,memory=3",
                                             "lbfgs,line_search=wolfe",
                                             "lbfgs,line_search=hager-zhang",
                                             "lbfgs,line_search=armijo",
                                             "lbfgsb",
                                             "sqp",
                                             "auglag"};

/// A spec as the name of a test.
inline std::string spec_name(const testing::TestParamInfo<const char*>& spec) {
  std::string name = spec.param;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

}  // namespace talweg

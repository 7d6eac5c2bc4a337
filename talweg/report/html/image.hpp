#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace talweg::report::html {

/// A grey PNG as a data URI; pixels (height, width) from 0, paper, to 1, ink. What is not finite is paper.
std::string png_uri(std::span<const double> pixels, std::size_t width, std::size_t height);

}  // namespace talweg::report::html

#pragma once
#include <string_view>

#include "talweg/present/picture_options.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// Every activation, or every loss, and its slope, side by side on the same axes; or one of them, by its name. Its axes
/// are called x and value. Throws Error for another topic or name, and for a range of what is no axis.
report::plot::Figure list_picture(std::string_view topic_or_name, const PictureOptions& options = {});

}  // namespace talweg::present

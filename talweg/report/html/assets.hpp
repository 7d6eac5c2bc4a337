#pragma once
#include <string_view>

/// The files that a page embeds; the build writes their texts into a .cpp file (cmake/ReportAssets.cmake).
namespace talweg::report::html {

std::string_view page_style();    ///< page.css
std::string_view page_script();   ///< page.js
std::string_view chart_style();   ///< of uPlot; empty in a build without it
std::string_view chart_script();  ///< uPlot, which defines window.uPlot; empty in a build without it

}  // namespace talweg::report::html

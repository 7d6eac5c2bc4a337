#pragma once
#include <string>
#include <vector>

#include "talweg/api/use/inspect.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// The coefficients with what is known of them, and their intervals as a picture, largest first; nothing for a model
/// with hidden layers.
std::vector<report::html::Section> coefficient_sections(const api::InspectReport& report);

/// A page about a model: what it is, its coefficients or its layers, the network drawn.
report::html::Page inspect_page(const api::InspectReport& report, const Reproduction& reproduction,
                                const PictureOptions& options = {});

}  // namespace talweg::present

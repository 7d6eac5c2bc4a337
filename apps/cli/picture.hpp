#pragma once
#include <string>

#include "talweg/present/minimize/minimize_picture.hpp"

/// Where `--plot` puts a picture: FILE.svg, FILE.png by a converter that is installed, "-" for the terminal.
namespace picture {

/// Throws talweg::Error before anything runs: an ending that is neither, a folder that is not there, a converter that
/// is missing, a document that would share standard output with the picture. An empty place is no picture.
void check(const std::string& place, const std::string& format, bool document_on_stdout);

void put(const talweg::report::plot::Figure& figure, const std::string& place);

}  // namespace picture

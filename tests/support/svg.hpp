#pragma once
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

/// Reads back what a picture says about itself. Enough of XML for the SVG that the library writes.
namespace talweg::testing {

/// The attributes of one element.
using Element = std::map<std::string, std::string>;

/// Every element that has the attribute `wanted`, in the order of the file; its name is under "".
inline std::vector<Element> elements_with(const std::string& svg, const std::string& wanted) {
  std::vector<Element> out;
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const std::string tag = svg.substr(at + 1, svg.find('>', at) - at - 1);
    Element e{{"", tag.substr(0, tag.find_first_of(" /"))}};
    for (std::size_t equals = tag.find("=\""); equals != std::string::npos;) {
      const std::size_t begin = tag.rfind(' ', equals) + 1, end = tag.find('"', equals + 2);
      e[tag.substr(begin, equals - begin)] = tag.substr(equals + 2, end - equals - 2);
      equals = tag.find("=\"", end);
    }
    if (e.contains(wanted)) out.push_back(e);
  }
  return out;
}

/// "1 2.5 nan" as numbers.
inline std::vector<double> numbers(const std::string& text) {
  std::vector<double> out;
  const char* at = text.c_str();
  for (char* end = nullptr;; at = end) {
    const double v = std::strtod(at, &end);
    if (end == at) return out;
    out.push_back(v);
  }
}

/// The contents of each panel's group, which begins with its data-frame.
inline std::vector<std::string> panels(const std::string& svg) {
  std::vector<std::string> out;
  const std::string mark = "<g class=\"t-panel\"";
  for (std::size_t at = svg.find(mark); at != std::string::npos;) {
    const std::size_t next = svg.find(mark, at + 1);
    out.push_back(svg.substr(at, next - at));
    at = next;
  }
  return out;
}

}  // namespace talweg::testing

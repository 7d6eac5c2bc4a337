#include "talweg/present/use/inspect_report.hpp"

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

std::string facts_text(const InspectReport& r) {
  std::string out;
  for (const auto& [name, value] : r.facts) {
    std::string word;
    if (const auto* s = std::get_if<std::string>(&value)) word = *s;
    if (const auto* n = std::get_if<std::int64_t>(&value)) word = text::cat(*n);
    if (const auto* d = std::get_if<double>(&value)) word = text::brief(*d);
    out += text::cat(name, std::string(name.size() < 16 ? 16 - name.size() : 1, ' '), text::visible(word), "\n");
  }
  return out;
}

std::string as_json(const InspectReport& r) {
  using Json = nlohmann::ordered_json;
  Json out;
  for (const auto& [name, value] : r.facts) {
    Json v;
    if (const auto* s = std::get_if<std::string>(&value)) v = *s;
    if (const auto* n = std::get_if<std::int64_t>(&value)) v = *n;
    if (const auto* d = std::get_if<double>(&value)) v = *d;
    if (name == "cross")
      out["crosses"].push_back(v);
    else
      out[name] = v;
  }
  const std::string key = r.title.substr(r.title.rfind(' ') + 1);  // layers, coefficients, biases
  out[key] = Json::parse(report::json(r.table));
  const auto put = [&](const std::string& name, const std::string& label, const Json& value) {
    label.empty() ? out[name] = value : out[name][label] = value;
  };
  for (const Intercept& i : r.intercepts) put("intercept", i.label, i.value);
  for (std::size_t d = 0; d < r.doubts.size(); ++d)
    for (const Intercept& i : r.intercepts) {
      const auto* number = std::get_if<double>(&i.doubts[d]);
      put(text::cat("intercept_", r.doubts[d]), i.label, number ? Json(*number) : Json(nullptr));
    }
  if (!r.undetermined.empty()) out["undetermined"] = r.undetermined;
  if (r.title != "layers") out["left_out"] = r.left_out;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

report::Table with_intercepts(const InspectReport& r) {
  report::Table table = r.table;
  for (const Intercept& i : r.intercepts) {
    std::vector<report::Cell> row{std::string("intercept")};
    if (!i.label.empty()) row.emplace_back(i.label);
    row.emplace_back(i.value);
    row.resize(table.columns.size() - r.doubts.size());
    row.insert(row.end(), i.doubts.begin(), i.doubts.end());
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string inspection(const InspectReport& r, const std::string& format) {
  if (format == "json") return as_json(r);
  const report::Table table = with_intercepts(r);
  if (format == "csv") return report::csv(table);
  if (format == "markdown") return report::markdown(table);
  if (format == "latex") return report::latex(table);
  if (format != "table" && format != "text")
    throw Error("format",
                text::cat(text::option("format"), " '", format, "': expected table, json, csv, markdown or latex"));
  const std::string units = r.intercepts.empty() ? "" : ", in the units of the file";
  std::string out = text::cat(facts_text(r), "\n", r.title, units, "\n", report::text(table));
  if (!r.undetermined.empty()) {
    const std::vector<std::string_view> names(r.undetermined.begin(), r.undetermined.end());
    out += text::cat("no standard error of ", text::list_some(names, 20),
                     ": the rows do not determine them (a constant column, or one that others add up to, as all ",
                     "categories of a column do beside an intercept)\n");
  }
  if (r.left_out > 0) out += text::cat("… and ", r.left_out, " more (", text::option("top", "N"), ")\n");
  return out;
}

}  // namespace talweg::present

#include "talweg/base/archive_form.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg {

namespace {

using Holds = EntryForm::Holds;

bool names(const EntryForm& form, std::string_view name) {
  return form.name.ends_with('*') ? name.starts_with(form.name.substr(0, form.name.size() - 1)) : name == form.name;
}

void check_count(const Archive& archive, std::string_view name, std::size_t found, const EntryForm& form) {
  if (form.count != EntryForm::any && found != form.count)
    archive.fail(name, text::cat("holds ", found, " values, not ", form.count));
}

template <class T>
void check_numbers(const Archive& archive, std::string_view name, const std::vector<T>& values, const EntryForm& form) {
  check_count(archive, name, values.size(), form);
  for (const T v : values) {
    const auto number = static_cast<double>(v);
    if (number >= form.low && number <= form.high) continue;
    if (std::isnan(number) && form.undefined) continue;
    if (!std::isfinite(number)) archive.fail(name, "holds a number that is not finite");
    archive.fail(name, text::cat("holds ", v, ", which is out of its range"));
  }
}

void check_text(const Archive& archive, std::string_view name, const EntryForm& form) {
  const std::string text = archive.text(name);
  if (!form.words.empty() && std::find(form.words.begin(), form.words.end(), text) == form.words.end())
    archive.fail(name, text::cat("is '", text.substr(0, 40), "'; expected ", text::list(form.words)));
}

void check_entry(const Archive& archive, const Archive::Entry& entry, const EntryForm& form) {
  const std::string_view name = entry.name;
  const bool single = entry.type == Archive::Type::float32;
  if (form.holds == Holds::text) return check_text(archive, name, form);
  if (form.holds == Holds::texts) return check_count(archive, name, archive.texts(name).size(), form);
  if (form.holds == Holds::integers) return check_numbers(archive, name, archive.integers(name), form);
  if (form.holds == Holds::floats || (form.holds == Holds::numbers && single))
    return check_numbers(archive, name, archive.floats(name), form);
  check_numbers(archive, name, archive.doubles(name), form);
}

}  // namespace

namespace {

void require_entries(const Archive& archive, std::span<const EntryForm> forms) {
  for (const EntryForm& e : forms)
    if (!e.optional && !e.name.ends_with('*') && !archive.has(e.name))
      archive.fail(e.name, "is missing; the file was not written by this version of talweg");
}

}  // namespace

void check_entries(const Archive& archive, std::span<const EntryForm> forms) {
  require_entries(archive, forms);
  for (const auto& entry : archive.entries())
    for (const EntryForm& e : forms)
      if (names(e, entry.name)) check_entry(archive, entry, e);
}

void check(const Archive& archive, const ArchiveForm& form) {
  require_entries(archive, form.entries);
  for (const auto& entry : archive.entries()) {
    const auto known = std::find_if(form.entries.begin(), form.entries.end(),
                                    [&](const EntryForm& e) { return names(e, entry.name); });
    if (known == form.entries.end())
      archive.fail(entry.name, "is unknown to this version of talweg; use the talweg that wrote the file");
    check_entry(archive, entry, *known);
  }
}

void require_size(const Archive& archive, std::string_view name, std::size_t found, std::size_t wanted,
                  std::string_view wanted_by) {
  if (found != wanted) archive.fail(name, text::cat("holds ", found, " values where ", wanted_by, " wants ", wanted));
}

}  // namespace talweg

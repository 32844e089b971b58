#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <hubcache/caches.h>

#include "adoption/ids.h"
#include "adoption/report_parts.h"
#include "adoption/text_table.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::Style;
using adoption::styled;
using adoption::TextTable;

constexpr std::size_t bar_columns = 20;

Style style_of(CachedState state) {
  switch (state) {
    case CachedState::adopted:
    case CachedState::genuine: return Style::good;
    case CachedState::partial:
    case CachedState::empty: return Style::warn;
    case CachedState::damaged:
    case CachedState::unreadable: return Style::bad;
  }
  return Style::plain;
}

/// Returns the type in brackets; "" for a model.
std::string type_text(const std::string& type) {
  if (type == "model") return "";
  return type == "dataset" ? say(" (dataset)") : " (" + type + ")";
}

std::string name_of_row(const CachedRepo& repo) {
  return printable(adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id) + type_text(repo.type));
}

std::string state_text(const CachedRepo& repo) {
  const std::string state(translated(name_of(repo.state)));
  return repo.pinned ? say("{}, pinned", state) : state;
}

std::string date_of(std::optional<std::int64_t> second) {
  return second ? fmt::format("{:%Y-%m-%d}", fmt::gmtime(*second)) : "-";
}

std::string note_line(const std::string& note, bool colour) {
  const std::string label = say("note:");
  return styled(label, Style::warn, colour) + std::string(gap_after(label)) + for_terminal(note) + "\n";
}

/// True if another row has the same repo and target, so that only the place tells them apart.
bool is_ambiguous(const CachedRepo& repo, const CachedReport& report) {
  return std::ranges::count_if(report.repos, [&](const CachedRepo& other) {
           return other.repo_id == repo.repo_id && other.target == repo.target && other.type == repo.type;
         }) > 1;
}

std::string place_line(const std::filesystem::path& place) { return say("  cache: {}\n", printable(place.native())); }

std::string lines_below(const CachedRepo& repo, const CachedReport& report, bool colour) {
  std::string text = is_ambiguous(repo, report) ? place_line(repo.place) : "";
  for (const std::string& note : repo.notes) text += "  " + note_line(note, colour);
  return text;
}

// ---- tree

/// Returns a bar for a part of the whole, in eighths of a column.
std::string bar(std::uint64_t part, std::uint64_t whole) {
  constexpr std::array<std::string_view, 8> rest = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  const auto eighths = static_cast<std::size_t>(std::lround(share * static_cast<double>(bar_columns * rest.size())));
  std::string text;
  for (std::size_t i = 0; i < eighths / rest.size(); ++i) text += "█";
  return text + std::string(rest[eighths % rest.size()]);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.0f}%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

/// True if the owner has another such repo, so that only the place tells them apart.
bool is_ambiguous(const DiskUsage& repo, const DiskUsage& owner) {
  return !repo.place.empty() && std::ranges::count_if(owner.parts, [&](const DiskUsage& other) {
                                  return other.name == repo.name && other.target == repo.target &&
                                         other.type == repo.type;
                                }) > 1;
}

void add_part(const DiskUsage& part, const DiskUsage& above, std::size_t level, std::uint64_t whole, TextTable& table) {
  std::string name = std::string(2 * level, ' ') + printable(part.name.empty() ? say("(no owner)") : part.name);
  if (!part.target.empty()) name += printable(type_text(part.type)) + " (" + part.target + ")";
  table.add({{name, level == 0 ? Style::bold : Style::plain},
             {fmt::format("{}", part.files)},
             {human_size(part.disk_size)},
             {percent(part.disk_size, whole)},
             {bar(part.disk_size, whole)}},
            is_ambiguous(part, above) ? std::string(2 * level, ' ') + place_line(part.place) : "");
  for (const DiskUsage& inner : part.parts) add_part(inner, part, level + 1, whole, table);
}

/// Returns the text for a list without repos; "" if folders cannot be read, because there may be repos in them.
std::string nothing_found(const std::vector<std::string>& notes) {
  return notes.empty() ? say("no repos in the clients' cache folders\n") : "";
}

std::string total_text(std::uint64_t repos, std::uint64_t disk_size) {
  return say("{}, {} on disk\n", counted(repos, "repo"), human_size(disk_size));
}

}  // namespace

std::string to_text(const CachedReport& report, const CachedTextOptions& options) {
  std::string text;
  for (const std::string& note : report.notes) text += note_line(note, options.colour);
  if (report.repos.empty())
    return text + (report.left_out > 0 ? say("no repo matches the filters\n") : nothing_found(report.notes));
  TextTable table({{.title = translated("REPO"), .shrinks_to = 16},
                   {.title = translated("TARGET"), .can_go = 1},
                   {translated("STATE")},
                   {.title = translated("DISK SIZE"), .is_right = true},
                   {.title = translated("FILES"), .is_right = true, .can_go = 2},
                   {.title = translated("REVISIONS"), .is_right = true, .can_go = 3},
                   {translated("LAST USE")}});
  for (const CachedRepo& repo : report.repos) {
    table.add({{name_of_row(repo)},
               {repo.target},
               {state_text(repo), style_of(repo.state)},
               {human_size(repo.disk_size)},
               {fmt::format("{}", repo.files)},
               {fmt::format("{}", repo.revision_count)},
               {date_of(repo.last_use)}},
              lines_below(repo, report, options.colour));
  }
  return text + table.text(options.width, options.colour) + total_text(report.repos.size(), report.disk_size);
}

std::string to_text(const DiskUsageReport& report, const CachedTextOptions& options) {
  std::string text;
  for (const std::string& note : report.notes) text += note_line(note, options.colour);
  if (report.total.repos == 0) return text + nothing_found(report.notes);
  TextTable table({{.title = translated("HUB, OWNER, REPO"), .shrinks_to = 16},
                   {.title = translated("FILES"), .is_right = true, .can_go = 2},
                   {.title = translated("DISK SIZE"), .is_right = true},
                   {.title = translated("SHARE"), .is_right = true, .can_go = 1},
                   {.title = "", .can_go = 3}});
  for (const DiskUsage& hub : report.total.parts) add_part(hub, report.total, 0, report.total.disk_size, table);
  return text + table.text(options.width, options.colour) + total_text(report.total.repos, report.total.disk_size);
}

}  // namespace hubcache

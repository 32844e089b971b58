#include <algorithm>

#include <fmt/format.h>

#include <hubcache/dedupe.h>

#include "adoption/text_table.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::Style;
using adoption::styled;
using adoption::TextTable;

constexpr std::size_t most_groups = 20, most_files = 5;

std::string noted(const std::string& note, bool colour) {
  const std::string label = say("note:");
  return styled(label, Style::warn, colour) + std::string(gap_after(label)) + for_terminal(note) + "\n";
}

std::string names_below(const DuplicateGroup& group) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most_files, group.files.size()); ++i)
    text += "  = " + printable(group.files[i].name.native()) + "\n";
  if (group.files.size() > most_files) text += say("  and {} more\n", counted(group.files.size() - most_files, "file"));
  return text;
}

std::string table_of(const DedupeReport& report, const DedupeTextOptions& options) {
  TextTable table({{.title = translated("GAIN"), .is_right = true},
                   {.title = translated("FILES"), .is_right = true},
                   {.title = translated("SIZE"), .is_right = true, .can_go = 2},
                   {.title = translated("SHARING"), .can_go = 1},
                   {translated("KEPT FILE")}});
  const std::size_t shown = std::min(most_groups, report.groups.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const DuplicateGroup& group = report.groups[i];
    const std::string sharing = group.sharing == Sharing::blocks ? say("blocks") : say("hard links");
    table.add({{human_size(group.gain), Style::bold},
               {fmt::format("{}", group.files.size() + 1)},
               {human_size(group.size)},
               {sharing},
               {printable(group.kept.native())}},
              names_below(group));
  }
  std::string text = table.text(options.width, options.colour);
  if (report.groups.size() > shown)
    text += say("and {} more; --json lists all\n", counted(report.groups.size() - shown, "group"));
  return text;
}

std::string left_text(const DedupeReport& report, bool colour) {
  std::string text;
  for (const DuplicateGroup& group : report.groups) {
    for (const Duplicate& file : group.files) {
      if (file.state == DuplicateState::left) text += noted(say("left as it is: {}", file.why), colour);
    }
  }
  return text;
}

bool has_hard_links(const DedupeReport& report) {
  return std::ranges::any_of(report.groups,
                             [](const DuplicateGroup& group) { return group.sharing == Sharing::hard_link; });
}

/// Says what the plan leaves, and how to go on.
std::string rest_text(const DedupeReport& report) {
  std::string text;
  if (report.shared_already > 0) text += say("equal files share {} already\n", human_size(report.shared_already));
  if (has_hard_links(report))
    text += say("names of one file have one modification time: each gets that of the kept file\n");
  if (report.by_hard_links > 0)
    text +=
        say("{} more are in duplicates whose file system cannot share blocks: add --hardlink to replace these files of "
            "the clients' caches by hard links\n",
            human_size(report.by_hard_links));
  if (report.not_sharable > 0)
    text +=
        say("{} more are in duplicates that stay: their file system cannot share blocks, and a program could write "
            "through a hard link, or owner, mode or extended attributes differ\n",
            human_size(report.not_sharable));
  return text;
}

std::string sum_text(const DedupeReport& report) {
  const std::string looked = say("{}, {} examined", counted(report.files, "file"), human_size(report.bytes));
  if (report.to_gain == 0) return say("{}: nothing to gain\n", looked);
  const std::string what = counted(report.duplicates, "duplicate");
  if (report.dry_run || report.gained == 0)
    return say("{}: {} to gain from {}\n", looked, human_size(report.to_gain), what);
  return say("{}: {} gained from {}\n", looked, human_size(report.gained), what);
}

}  // namespace

std::string to_text(const DedupeReport& report, const DedupeTextOptions& options) {
  std::string text;
  for (const std::string& note : report.notes) text += noted(note, options.colour);
  if (!report.groups.empty()) text += table_of(report, options);
  return text + left_text(report, options.colour) + rest_text(report) + sum_text(report);
}

}  // namespace hubcache

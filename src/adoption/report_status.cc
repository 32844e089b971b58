#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/ids.h"
#include "adoption/link_counts.h"
#include "adoption/report_parts.h"
#include "adoption/status_words.h"
#include "base/language.h"
#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using adoption::Cell;
using adoption::client_of;
using adoption::hub_text;
using adoption::next_run;
using adoption::Style;
using adoption::styled;
using adoption::TextTable;

/// Returns the label of a line, with the space after it.
std::string labelled(const std::string& label, Style style, bool colour) {
  return styled(label, style, colour) + std::string(gap_after(label));
}

// ---- table

Style style_of(RepoState state) {
  switch (state) {
    case RepoState::adopted:
    case RepoState::complete: return Style::good;
    case RepoState::partial:
    case RepoState::empty: return Style::warn;
    case RepoState::damaged:
    case RepoState::unreadable: return Style::bad;
  }
  return Style::plain;
}

/// Returns the id as the user types it, and what distinguishes this row from the repo's other rows.
std::string name_of_row(const RepoStatus& repo, const std::string& revision) {
  std::string text = adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id);
  if (repo.type == RepoType::dataset) text += say(" (dataset)");
  return repo.by_revision.size() > 1 ? text + " " + revision : text;
}

}  // namespace

std::string adoption::hub_text(const Outlook& outlook) {
  if (!outlook.hub_error.empty()) return outlook.hub_refuses ? say("refuses") : say("no answer");
  if (outlook.hub_moved_on) return *outlook.hub_moved_on ? say("changed") : say("unchanged");
  return outlook.asked_hub ? "-" : say("not asked");
}

namespace {

/// Returns the number and size of the downloads. After a push all versions of the client download the changed files, so
/// "up to" requires an unchanged hub.
std::string downloads_text(const RepoStatus& repo, const Outlook& outlook) {
  const bool is_adopted_version = !repo.adopted_at.empty() && outlook.hub_moved_on == false;
  const std::string downloads = counted(outlook.downloads - outlook.stuck, "download");
  const std::string text = is_adopted_version ? adoption::at_most(repo.target, downloads) : downloads;
  if (outlook.asked_hub) return say("{}, {}", text, human_size(outlook.download_bytes));
  return outlook.hub_error.empty() ? text : say("{} when the hub answers", text);
}

/// True if the client raises an exception, even for cached files, as long as the hub does not answer.
bool needs_answer(const RepoStatus& repo, const Outlook& outlook) {
  const bool is_silent = !outlook.hub_error.empty() && !outlook.hub_refuses;
  const auto target = hubs::find_target(repo.target);
  return is_silent && repo.placed.files > 0 && target && !(*target)->index_name().empty();
}

}  // namespace

Cell adoption::next_run(const RepoStatus& repo, const Outlook& outlook) {
  const bool is_damaged = repo.state == RepoState::damaged && repo.error.empty();
  if (is_damaged || !outlook.client_raises.empty()) return {say("client fails"), Style::bad};
  if (needs_answer(repo, outlook)) return {say("client fails until the hub answers"), Style::bad};
  const bool is_adopted = !repo.adopted_at.empty();
  if (outlook.cache_moved_on && (!outlook.asked_hub || outlook.downloads == 0))
    return {say("the hub's files, not yours"), Style::bad};
  const bool is_unasked = !is_adopted && !outlook.asked_hub && outlook.hub_error.empty();
  if (is_unasked && adoption::hub_of(repo.target).caches_many_repos && outlook.downloads == 0)
    return {say("not checked"), Style::plain};
  if (!outlook.is_known && (!is_adopted || outlook.has_made_up_version)) return {say("unknown"), Style::warn};
  if (outlook.has_made_up_version && outlook.asked_hub) return {say("the hub's files, not yours"), Style::bad};
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : say(", ")) + part; };
  if (outlook.downloads > outlook.stuck) add(downloads_text(repo, outlook));
  if (outlook.losses > 0) add(say("{} overwritten", counted(outlook.losses, "file")));
  if (outlook.missed > 0) add(say("misses {}", counted(outlook.missed, "file")));
  if (outlook.raises > 0) add(say("fails at {}", counted(outlook.raises, "file")));
  if (outlook.stuck > 0) {
    const std::string files = counted(outlook.stuck, "file");
    add(outlook.stuck == 1 ? say("{} never arrives", files) : say("{} never arrive", files));
  }
  if (!text.empty()) return {text, Style::bad};
  return {outlook.is_known ? say("no downloads") : say("no downloads of adopted files"), Style::good};
}

namespace {

/// Returns a line for each reason, of the hub or of the client, why the next run may fail.
std::string problems_text(const RepoStatus& repo, const Outlook& outlook, const std::string& name, bool colour) {
  const std::string client(client_of(repo.target).client);
  std::string text;
  const auto add = [&](Style style, const std::string& label, const std::string& line) {
    text += "  " + labelled(label, style, colour) + for_terminal(name + line) + "\n";
  };
  if (outlook.client_raises.empty() && !outlook.hub_error.empty())
    add(Style::warn, say("hub:"),
        outlook.hub_refuses ? outlook.hub_error : say("{}; compared with the recorded hub state", outlook.hub_error));
  if (!outlook.client_raises.empty() && outlook.client_raises == outlook.hub_error)
    add(Style::bad, say("hub:"),
        repo.adopted_at.empty() ? say("{}; {} raises an exception", outlook.hub_error, client)
                                : say("{}; {} raises an exception; programs that hubcache run starts still work",
                                      outlook.hub_error, client));
  else if (!outlook.client_raises.empty())
    add(Style::bad, say("error:"), say("{} raises an exception: {}", client, outlook.client_raises));
  return text;
}

std::string notes_text(const RepoStatus& repo, bool colour) {
  std::string text;
  const bool has_several = repo.by_revision.size() > 1;
  for (const RevisionStatus& one : repo.by_revision)
    text += problems_text(repo, one, has_several ? say("{}: ", one.revision) : "", colour);
  for (const std::string& note : repo.notes) {
    const std::string label = note == repo.error ? say("error:") : say("note:");
    text += "  " + labelled(label, Style::warn, colour) + for_terminal(note) + "\n";
  }
  return text;
}

/// True if another row has the same repo and target, so that only the place distinguishes them.
bool is_ambiguous(const RepoStatus& repo, const StatusReport& report) {
  return std::ranges::count_if(report.repos, [&](const RepoStatus& other) {
           return other.repo_id == repo.repo_id && other.target == repo.target && other.type == repo.type;
         }) > 1;
}

void add_rows(const RepoStatus& repo, const std::string& lines_below, TextTable& table) {
  const std::size_t rows = std::max<std::size_t>(repo.by_revision.size(), 1);
  for (std::size_t i = 0; i < rows; ++i) {
    const bool has_revision = i < repo.by_revision.size();
    const Outlook& outlook = has_revision ? static_cast<const Outlook&>(repo.by_revision[i]) : repo;
    table.add({{name_of_row(repo, has_revision ? repo.by_revision[i].revision : "")},
               {repo.target},
               {std::string(translated(name_of(repo.state))), style_of(repo.state)},
               {fmt::format("{}", repo.placed.files)},
               {human_size(repo.placed.bytes)},
               {has_revision ? hub_text(outlook) : "-"},
               has_revision ? next_run(repo, outlook) : Cell{say("unknown"), Style::warn}},
              i + 1 == rows ? lines_below : "");
  }
}

// ---- details

std::string heading(const RepoStatus& repo) {
  std::string text = say("{} ({}, {}): {}", name_of_row(repo, ""), repo.target, fmt::join(repo.revisions, ", "),
                         translated(name_of(repo.state)));
  if (repo.adopted_at.empty()) return text;
  text += repo.link == LinkKind::in_place ? say(" in place on {}", repo.adopted_at)
                                          : say(" by {} on {}", adoption::links_text(repo.links), repo.adopted_at);
  if (repo.pinned > 0)
    text += repo.pinned == repo.adopted ? say(", pinned") : say(", {} pinned", counted(repo.pinned, "file"));
  return text;
}

std::string_view describe(Action action) {
  switch (action) {
    case Action::accepts: return translated("local file");
    case Action::downloads: return translated("downloads");
    case Action::returns_none: return translated("returns None");
    case Action::raises: return translated("raises");
    case Action::stuck: return translated("never arrives");
  }
  return "";
}

Cell cell_of(const Verdict& verdict) {
  if (verdict.action == Action::accepts) return {std::string(describe(verdict.action)), Style::good};
  return {std::string(describe(verdict.action)) + (verdict.loses_local ? say(", overwrites") : ""), Style::bad};
}

std::set<std::string_view> requested_paths(const RepoStatus& repo) {
  std::set<std::string_view> paths;
  for (const FileStatus& file : repo.files) {
    if (file.on_hub.value_or(true)) paths.insert(file.path);
  }
  return paths;
}

std::string why_not_asked_for(const FileStatus& file, const std::set<std::string_view>& requested) {
  if (!file.adopted) return say("the client does not request it");
  return requested.contains(file.path) ? say("adopted, but the client uses another version")
                                       : say("not on the hub, adopted");
}

/// Returns the table of files, with one column for each function that users call; one column in all if users call none
/// of them.
std::string files_text(const RepoStatus& repo, const StatusTextOptions& options) {
  const hub::ClientNames client = client_of(repo.target);
  const auto target = hubs::find_target(repo.target);
  const bool is_single = target && (*target)->rules.question() == Question::single_file;
  const bool has_functions = !client.snapshot.empty(), has_several = repo.by_revision.size() > 1;
  std::vector<adoption::Column> columns = {{translated("FILE")}};
  if (has_several) columns.push_back({translated("REVISION")});
  columns.push_back({.title = translated("SIZE"), .is_right = true});
  columns.push_back({has_functions ? client.snapshot : client.client});
  if (has_functions) columns.push_back({client.single_file});
  columns.push_back({translated("REASON")});
  TextTable table(std::move(columns));
  const auto requested = requested_paths(repo);
  for (const FileStatus& file : repo.files) {
    const bool is_asked_for = file.on_hub.value_or(true);
    std::vector<Cell> cells = {{printable(file.path)}};
    if (has_several) cells.push_back({file.revision});
    const Verdict& first = has_functions || !is_single ? file.snapshot : file.single_file;
    const bool is_local = first.action == Action::accepts && file.placed_size;
    cells.push_back({human_size(is_local ? *file.placed_size : file.size)});
    cells.push_back(is_asked_for ? cell_of(first) : Cell{"-"});
    if (has_functions) cells.push_back(is_asked_for ? cell_of(file.single_file) : Cell{"-"});
    std::string reason(explain(first.reason));
    if (has_functions && file.single_file.reason != first.reason)
      reason += say("; {}: {}", client.single_file, explain(file.single_file.reason));
    cells.push_back({is_asked_for ? reason : why_not_asked_for(file, requested)});
    table.add(std::move(cells));
  }
  return table.text(0, options.colour, "  ");
}

std::string aside_line(std::string_view what, const Aside& aside) {
  if (aside.files == 0) return "";
  return say("  {:<9} {}, {}, in {}\n", what, counted(aside.files, "file"), human_size(aside.bytes),
             printable(aside.folder.native()));
}

std::string detail_text(const RepoStatus& repo, const StatusTextOptions& options) {
  std::string text = styled(heading(repo), Style::bold, options.colour) + "\n";
  if (!repo.folder.empty()) text += fmt::format("  {:<9} {}\n", translated("folder"), printable(repo.folder.native()));
  text += fmt::format("  {:<9} {}\n", translated("cache"), printable(repo.place.native()));
  for (const std::string& folder : repo.working_folders)
    text += say("  {:<9} started in {}\n", translated("programs"), printable(folder));
  for (const RevisionStatus& one : repo.by_revision) {
    const std::string revision = repo.by_revision.size() > 1 ? say("{}: ", one.revision) : "";
    const Cell next = next_run(repo, one);
    text += fmt::format("  {:<9} {}{}\n", translated("hub"), revision, hub_text(one));
    text +=
        fmt::format("  {:<9} {}{}\n", translated("next run"), revision, styled(next.text, next.style, options.colour));
  }
  text += aside_line(translated("displaced"), repo.displaced) + aside_line(translated("guarded"), repo.originals) +
          aside_line(translated("kept"), repo.kept) + notes_text(repo, options.colour);
  return text + (repo.files.empty() ? "" : files_text(repo, options));
}

}  // namespace

std::string to_text(const StatusReport& report, const StatusTextOptions& options) {
  std::string text;
  for (const std::string& note : report.notes)
    text += labelled(say("note:"), Style::warn, options.colour) + for_terminal(note) + "\n";
  if (report.repos.empty()) return text + say("no repos in the clients' cache folders\n");
  if (options.verbose) {
    for (const RepoStatus& repo : report.repos) text += detail_text(repo, options);
    return text;
  }
  TextTable table({{.title = translated("REPO"), .shrinks_to = 16},
                   {translated("TARGET")},
                   {translated("STATE")},
                   {.title = translated("FILES"), .is_right = true},
                   {.title = translated("SIZE"), .is_right = true, .can_go = 2},
                   {.title = translated("HUB"), .can_go = 1},
                   {translated("NEXT RUN")}});
  for (const RepoStatus& repo : report.repos) {
    const std::string place = is_ambiguous(repo, report) ? say("  cache: {}\n", printable(repo.place.native())) : "";
    add_rows(repo, place + notes_text(repo, options.colour), table);
  }
  return text + table.text(options.width, options.colour);
}

}  // namespace hubcache

#include <fmt/format.h>

#include <hubcache/report.h>

#include "adopt/command_line.h"
#include "adopt/link_counts.h"
#include "adopt/report_parts.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::client_of;
using adoption::kept_text;
using adoption::missing_text;
using adoption::name_of_repo;
using adoption::unread_text;
using adoption::warnings_text;

std::string left_text(const std::vector<LeftFiles>& left) {
  std::string text;
  for (const LeftFiles& one : left)
    text +=
        "left: " + counted(one.files, "file") + " below the mount point " + printable(one.mount_point.native()) + "\n";
  if (!left.empty()) text += "the release is incomplete: unmount it, then run hubcache release again\n";
  return text;
}

std::string placed_text(const AdoptReport& report) {
  const bool is_usual = report.revision == "master" || report.revision == "main";
  const std::string repo = name_of_repo(report.repo_id, report.target) + (is_usual ? "" : " at " + report.revision);
  if (report.in_place) {
    return fmt::format("{} {} in place: {}, each with a second hard link\n", report.dry_run ? "would adopt" : "adopted",
                       repo, counted(report.files, "file"));
  }
  std::string text =
      fmt::format("{} {} from {}: {} by {}\n", report.dry_run ? "would adopt" : "adopted", repo,
                  in_quotes(report.folder.native()), counted(report.files, "file"), adoption::links_text(report.links));
  text += fmt::format("place: {}\n", printable(report.place.native()));
  return text;
}

std::string changes_text(const AdoptReport& report) {
  std::string text = fmt::format("{} new, {} changed, {} removed", report.added, report.changed, report.removed);
  if (report.displaced > 0) text += fmt::format("; {} moved aside until release", counted(report.displaced, "file"));
  return text + "\n";
}

std::string release_command(const AdoptReport& report) {
  return adoption::command_on("release", {report.target, report.repo_id, report.type, report.place});
}

std::string aside_text(std::string_view what, const Aside& aside) {
  if (aside.files == 0) return "";
  return fmt::format("  {}: {}, {}, in {}\n", what, counted(aside.files, "file"), human_size(aside.bytes),
                     printable(aside.folder.native()));
}

std::string verdict_text(const Verdict& verdict) {
  std::string_view action = name_of(verdict.action);
  if (verdict.action == Action::returns_none) action = "returns None";
  return fmt::format("{} ({}){}", action, explain(verdict.reason),
                     verdict.loses_local ? ", and the file here is lost" : "");
}

/// One line for each function that users call; one line where they call none of them themselves.
std::string verdicts_text(const FileStatus& file, const std::string& target) {
  const target::ClientNames names = client_of(target);
  if (!names.snapshot.empty())
    return fmt::format("    {}: {}\n    {}: {}\n", names.snapshot, verdict_text(file.snapshot), names.single_file,
                       verdict_text(file.single_file));
  const auto found = target::find(target);
  const bool is_single = found && (*found)->question() == Question::single_file;
  return fmt::format("    {}: {}\n", names.client, verdict_text(is_single ? file.single_file : file.snapshot));
}

std::string files_text(const std::vector<FileStatus>& files, const std::string& target, bool several_revisions) {
  std::string text;
  for (const FileStatus& file : files) {
    const bool names_revision = several_revisions && file.on_hub;
    text += fmt::format("  {}{}  {}\n", printable(file.path), names_revision ? " at " + file.revision : "",
                        human_size(file.size));
    if (!file.on_hub) {
      text +=
          file.adopted ? "    only here, adopted: no client asks for it\n" : "    only here: no client asks for it\n";
      continue;
    }
    text += verdicts_text(file, target);
  }
  return text;
}

std::string hub_text(const Outlook& outlook) {
  const bool is_refused = !outlook.client_raises.empty() && outlook.client_raises == outlook.hub_error;
  if (is_refused) return "the hub: " + outlook.hub_error;
  if (!outlook.hub_error.empty()) return "the hub: " + outlook.hub_error + "; judged by what is recorded";
  if (outlook.hub_moved_on)
    return *outlook.hub_moved_on ? "the hub has moved on since" : "the hub has not changed since";
  return outlook.asked_hub ? "" : "the hub was not asked; judged by what is recorded";
}

/// The sizes are the hub's to tell.
std::string downloads_text(const Outlook& outlook) {
  const std::uint64_t arrive = outlook.downloads - outlook.stuck;  // of the others a note tells
  if (arrive > 0) {
    return counted(arrive, "file") + " downloaded, " +
           (outlook.asked_hub ? human_size(outlook.download_bytes) : "size not known");
  }
  return outlook.is_known ? "nothing is downloaded"
                          : "nothing that is adopted is downloaded; what else the hub has is not known";
}

std::string next_run_text(const RepoStatus& repo, const Outlook& outlook) {
  const std::string_view client = client_of(repo.target).client;
  if (repo.state == RepoState::damaged && repo.error.empty())
    return fmt::format("next run: {} raises an exception", client);
  const bool is_adopted = !repo.adopted_at.empty();
  const bool is_refused = outlook.client_raises == outlook.hub_error;
  if (!outlook.client_raises.empty())
    return fmt::format("next run: {} raises an exception", client) +
           (is_refused ? "; under hubcache run it works" : ": " + outlook.client_raises);
  if (!outlook.is_known && !is_adopted) return "next run: what is downloaded is not known";
  std::string text = "next run: " + downloads_text(outlook);
  if (outlook.losses > 0) text += fmt::format("; {} here would be lost if edited", counted(outlook.losses, "file"));
  if (outlook.raises > 0) text += fmt::format("; {} fails at {}", client, counted(outlook.raises, "file"));
  return text;
}

/// Each of several revisions by its name.
std::string outlook_text(const RepoStatus& repo) {
  std::string text;
  for (const RevisionStatus& one : repo.by_revision) {
    const std::string begin = repo.by_revision.size() > 1 ? "  " + one.revision + ": " : "  ";
    if (const std::string hub = hub_text(one); !hub.empty()) text += begin + hub + "\n";
    text += begin + next_run_text(repo, one) + "\n";
  }
  return text;
}

std::string pinned_text(const RepoStatus& repo) {
  if (repo.pinned == 0) return "";
  return repo.pinned == repo.adopted ? ", pinned" : ", " + counted(repo.pinned, "file") + " pinned";
}

std::string repo_text(const RepoStatus& repo, bool verbose) {
  std::string text = fmt::format("{}{}: {}", name_of_repo(repo.repo_id, repo.target),
                                 repo.type == RepoType::dataset ? " (dataset)" : "", name_of(repo.state));
  if (!repo.adopted_at.empty()) {
    text += fmt::format(" {}from {} ({}{}), since {}", repo.link == LinkKind::in_place ? "in place, " : "",
                        in_quotes(repo.folder.native()), adoption::links_text(repo.links), pinned_text(repo),
                        repo.adopted_at);
    text += fmt::format("\n  revisions: {}", fmt::join(repo.revisions, ", "));
  }
  text += fmt::format("\n  place: {}\n", printable(repo.place.native()));
  text += outlook_text(repo);
  text += aside_text("moved aside, put back by release", repo.displaced) +
          aside_text("second links of your files", repo.originals) + aside_text("kept, delete it by hand", repo.kept);
  for (const std::string& note : repo.notes) text += "  note: " + note + "\n";
  return verbose ? text + files_text(repo.files, repo.target, repo.by_revision.size() > 1) : text;
}

std::string packages_text(const std::vector<ReaderPackage>& packages) {
  std::string text;
  for (const ReaderPackage& package : packages) {
    if (package.version) text += (text.empty() ? "" : ", ") + printable(package.name + " " + *package.version);
  }
  return text.empty() ? "none of its packages" : text;
}

}  // namespace

std::string to_text(const TargetsReport& report) {
  std::string text;
  for (const TargetInfo& info : report.targets) {
    text += fmt::format("{}\n  place: {} ({})\n", info.name, printable(info.place), info.variable);
    if (report.python_error.empty()) text += "  installed: " + packages_text(info.packages) + "\n";
    text += "  takes: " + info.accepts + "\n";
  }
  if (!report.python_error.empty())
    return text + "which packages are installed is not known: " + report.python_error + "\n";
  return text + "packages of " + printable(report.python.native()) + "\n";
}

std::string to_text(const AdoptReport& report) {
  std::string text = placed_text(report) + changes_text(report) + unread_text(report.unread) +
                     missing_text(report.asked_hub, report.missing, report.target) + kept_text(report.kept);
  for (const VerifiedFile& file : report.unmatched)
    text += "not the hub's, left out: " + printable(file.path) + " (" + std::string(name_of(file.comparison)) + ")\n";
  if (report.pinned > 0) {
    const std::string which = report.pinned < report.files ? " for " + counted(report.pinned, "file") : "";
    text += "pushes to the hub are ignored" + which + " until `" + release_command(report) + "`\n";
  }
  return text + warnings_text(report.warnings);
}

std::string to_text(const ReleaseReport& report) {
  const std::string text =
      fmt::format("{}: {} of hubcache's own removed, {} put back\n", name_of_repo(report.repo_id, report.target),
                  counted(report.removed, "file"), counted(report.restored, "file"));
  return text + kept_text(report.kept) + left_text(report.left) + warnings_text(report.warnings);
}

std::string to_text(const StatusReport& report, bool verbose) {
  std::string text;
  for (const std::string& note : report.notes) text += "note: " + note + "\n";
  for (const RepoStatus& repo : report.repos) text += repo_text(repo, verbose);
  return report.repos.empty() ? text + "no repos in the client's places\n" : text;
}

}  // namespace hubcache

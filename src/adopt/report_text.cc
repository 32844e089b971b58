

#include <fmt/format.h>

#include <hubcache/report.h>

#include "adopt/link_counts.h"
#include "adopt/sites.h"
#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::size_t shown_at_most = 10;

std::string warnings_text(const std::vector<std::string>& warnings) {
  std::string text;
  for (const std::string& warning : warnings) text += "warning: " + warning + "\n";
  return text;
}

std::string kept_text(const std::vector<std::string>& kept) {
  std::string text;
  for (const std::string& name : kept) text += "kept: " + printable(name) + "\n";
  return text;
}

std::string left_text(const std::vector<LeftFiles>& left) {
  std::string text;
  for (const LeftFiles& one : left)
    text +=
        "left: " + counted(one.files, "file") + " below the mount point " + printable(one.mount_point.native()) + "\n";
  if (!left.empty()) text += "the release is incomplete: unmount it, then run hubcache release again\n";
  return text;
}

HubKind hub_of(const std::string& target) {
  const auto found = target::find(target);
  return found ? (*found)->hub() : HubKind::aistudio;
}

/// The id as a user types it, with the target where it is not that of the hub's own client.
std::string name_of_repo(const std::string& repo_id, const std::string& target) {
  const HubKind hub = hub_of(target);
  const bool is_usual = target == adoption::default_target(hub);
  return adoption::id_with_hub(hub, repo_id) + (is_usual ? "" : " for " + target);
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

std::string unread_text(const std::vector<std::string>& unread) {
  if (unread.empty()) return "";
  std::string text =
      fmt::format("{} cannot be read now and stays adopted as before:", counted(unread.size(), "adopted file"));
  for (std::size_t i = 0; i < unread.size() && i < shown_at_most; ++i) text += " " + in_quotes(unread[i]);
  return text + (unread.size() > shown_at_most ? " …\n" : "\n");
}

std::string changes_text(const AdoptReport& report) {
  std::string text = fmt::format("{} new, {} changed, {} removed", report.added, report.changed, report.removed);
  if (report.displaced > 0) text += fmt::format("; {} moved aside until release", counted(report.displaced, "file"));
  return text + "\n";
}

std::string release_command(const AdoptReport& report) {
  std::string command = adoption::command_on("release", hub_of(report.target), report.repo_id, report.type);
  if (report.target == "aistudio") return command;
  const bool is_told = report.target == "aistudio-dir";
  return command + " --target " + report.target + (is_told ? " --place " + in_quotes(report.place.native()) : "");
}

std::string missing_text(const AdoptReport& report) {
  const std::vector<MissingFile>& missing = report.missing;
  if (!report.asked_hub) return "what the SDK will still download is not known: the hub was not asked\n";
  if (missing.empty()) return "the SDK will download nothing\n";
  std::uint64_t bytes = 0, known = 0;
  for (const MissingFile& file : missing) {
    if (file.size_known) bytes += file.size, ++known;
  }
  const std::string at_least = known > 0 ? "at least " + human_size(bytes) : "of unknown size";
  const Verdict& first = missing.front().verdict;
  const bool raises = first.action == Action::raises;
  const bool never_downloads =
      raises && (first.reason == Reason::file_missing || first.reason == Reason::dangling_link);
  std::string text =
      fmt::format("{} {}, {}:\n",
                  never_downloads ? "the reader will not find"
                  : raises        ? "not here, and the client raises an exception:"
                                  : "the SDK will still download",
                  counted(missing.size(), "file"), known == missing.size() ? human_size(bytes) : at_least);
  for (std::size_t i = 0; i < missing.size() && i < shown_at_most; ++i) {
    text += fmt::format("  {}  {}\n", printable(missing[i].path),
                        missing[i].size_known ? human_size(missing[i].size) : "size not known: it may be an LFS file");
  }
  if (missing.size() > shown_at_most) text += fmt::format("  and {} more\n", missing.size() - shown_at_most);
  return text;
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

std::string files_text(const std::vector<FileStatus>& files, bool several_revisions) {
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
    text += fmt::format("    snapshot_download: {}\n    file_download: {}\n", verdict_text(file.snapshot),
                        verdict_text(file.single_file));
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
  if (repo.state == RepoState::damaged && repo.error.empty()) return "next run: the SDK raises an exception";
  const bool is_adopted = !repo.adopted_at.empty();
  const bool is_refused = outlook.client_raises == outlook.hub_error;
  if (!outlook.client_raises.empty())
    return "next run: the client raises an exception" +
           (is_refused ? "; under hubcache run it works" : ": " + outlook.client_raises);
  if (!outlook.is_known && !is_adopted) return "next run: what is downloaded is not known";
  std::string text = "next run: " + downloads_text(outlook);
  if (outlook.losses > 0) text += fmt::format("; {} here would be lost if edited", counted(outlook.losses, "file"));
  if (outlook.raises > 0) text += fmt::format("; the reader fails at {}", counted(outlook.raises, "file"));
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
  return verbose ? text + files_text(repo.files, repo.by_revision.size() > 1) : text;
}

std::string refreshed_text(const RefreshedRepo& repo, bool check) {
  std::string text = fmt::format("{}: ", name_of_repo(repo.repo_id, repo.target));
  if (repo.error) return text + "failed: " + repo.error->message + "\n";
  if (!repo.stale) return text + "up to date\n" + unread_text(repo.unread);
  text += fmt::format("{}: {} new, {} changed, {} removed", check ? "stale" : "refreshed", repo.added, repo.changed,
                      repo.removed);
  if (repo.renewed > 0)
    text += fmt::format(", {} with other records in the client's index", counted(repo.renewed, "file"));
  if (repo.copied_files > 0)
    text += fmt::format(", {} of {} copied", counted(repo.copied_files, "file"), human_size(repo.copied_bytes));
  if (repo.hidden > 0) text += fmt::format(", {} hidden by the client's notes", counted(repo.hidden, "file"));
  text += "\n";
  for (std::size_t i = 0; i < repo.outdated_copies.size(); ++i) {
    text += "  outdated copy: " + printable(repo.outdated_copies[i]);
    if (i < repo.moved_to.size()) text += ", moved to " + printable(repo.moved_to[i]);
    text += "\n";
  }
  return text + unread_text(repo.unread);
}

std::string packages_text(const std::vector<ReaderPackage>& packages) {
  std::string text;
  for (const ReaderPackage& package : packages) {
    if (package.version) text += (text.empty() ? "" : ", ") + printable(package.name + " " + *package.version);
  }
  return text.empty() ? "none of its packages" : text;
}

}  // namespace

std::string to_text(const RefreshReport& report) {
  std::string text;
  for (const RefreshedRepo& repo : report.repos) text += refreshed_text(repo, report.check);
  if (text.empty()) text = "nothing is adopted\n";
  for (const std::string& note : report.notes) text += "note: " + note + "\n";
  return text;
}

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
  std::string text = placed_text(report) + changes_text(report) + unread_text(report.unread) + missing_text(report) +
                     kept_text(report.kept);
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

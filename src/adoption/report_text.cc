#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/command_line.h"
#include "adoption/link_counts.h"
#include "adoption/report_parts.h"
#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

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

std::string changes_text(const AdoptReport& report) {
  return fmt::format("{} new, {} changed, {} removed", report.added, report.changed, report.removed);
}

std::string heading(const AdoptReport& report) {
  const bool is_usual = report.revision == adoption::hub_of(report.target).default_revision;
  const std::string repo = name_of_repo(report.repo_id, report.target) + (is_usual ? "" : " at " + report.revision);
  const std::string_view did = report.dry_run ? "Would adopt" : "Adopted";
  const std::string files = counted(report.files, "file");
  if (report.in_place) return fmt::format("{} {} in place: {} ({})\n", did, repo, files, changes_text(report));
  return fmt::format("{} {}: {} by {} ({})\n", did, repo, files, adoption::links_text(report.links),
                     changes_text(report));
}

std::string row(std::string_view label, const std::string& text) { return fmt::format("  {:<9} {}\n", label, text); }

std::string release_command(const AdoptReport& report) {
  return adoption::command_on("release", {report.target, report.repo_id, report.type, report.place});
}

/// Returns the adoption's place, its effect and the command that undoes it.
std::string summary(const AdoptReport& report) {
  using adoption::next_run_text;
  std::string text = row("folder", printable(report.folder.native()));
  if (!report.in_place) text += row("cache", printable(report.place.native()));
  text += row("next run", next_run_text(report.asked_hub, report.missing, report.target));
  // A client that requests each file notices a push in spite of the pin; a warning says so.
  const auto target = hubs::find_target(report.target);
  if (report.pinned > 0 && target && (*target)->rules.question() == Question::snapshot) {
    const bool has_names = report.pinned == report.only_here.size();
    const std::string files = has_names ? counted_names(report.only_here, "file") : counted(report.pinned, "file");
    const std::string which = report.pinned < report.files ? " for " + files : "";
    text += row("pinned", "pushes to the hub are ignored" + printable(which));
  }
  if (report.in_place) text += row("guarded", "each file has a second hard link");
  if (report.displaced > 0)
    text += row("saved", counted(report.displaced, "file") + " of the cache folder, until release");
  return text + row("undo", release_command(report));
}

/// Says what a release or a restore has done; and why, if it had nothing to do.
std::string undone_text(const ReleaseReport& report) {
  const std::string repo = name_of_repo(report.repo_id, report.target);
  const std::string restored = "restored " + counted(report.restored, "file");
  if (report.is_restore) {
    return report.restored > 0 ? fmt::format("Restored {}: {}\n", repo, counted(report.restored, "file"))
                               : fmt::format("{}: nothing to restore, the client replaced no file\n", repo);
  }
  if (report.in_place && report.place_is_gone)
    return fmt::format("Released {}: {} no longer exists; {}\n", repo, in_quotes(report.place.native()),
                       report.kept.empty() ? "no file is left" : "your files are in the folder kept/");
  if (report.in_place) {
    return fmt::format("Released {}: your files stay in {}{}\n", repo, in_quotes(report.place.native()),
                       report.restored > 0 ? ", " + restored : "");
  }
  return fmt::format(
      "Released {}: {}, {}\n", repo,
      report.removed > 0 ? "removed " + counted(report.removed, "file") + " of hubcache" : "deleted no file",
      report.restored > 0 ? restored : "no files to restore");
}

std::string packages_text(const std::vector<ClientPackage>& packages) {
  std::string text;
  for (const ClientPackage& package : packages) {
    if (package.version) text += (text.empty() ? "" : ", ") + printable(package.name + " " + *package.version);
  }
  return text.empty() ? "no package of this client" : text;
}

}  // namespace

std::string to_text(const TargetsReport& report) {
  std::string text;
  for (const TargetInfo& info : report.targets) {
    text += fmt::format("{}\n  cache: {} ({})\n", info.name, printable(info.place), info.variable);
    if (report.python_error.empty()) text += "  installed: " + packages_text(info.packages) + "\n";
    text += "  accepts: " + info.accepts + "\n";
  }
  if (!report.python_error.empty()) return text + "cannot list the installed packages: " + report.python_error + "\n";
  return text + "the installed packages are those of " + printable(report.python.native()) + "\n";
}

std::string to_text(const AdoptReport& report) {
  std::string text = heading(report) + summary(report) + unread_text(report.unread) +
                     missing_text(report.missing, report.target) + kept_text(report.kept);
  for (const VerifiedFile& file : report.unmatched)
    text +=
        "skipped, differs from the hub: " + printable(file.path) + " (" + std::string(name_of(file.comparison)) + ")\n";
  return text + warnings_text(report.warnings);
}

std::string to_text(const ReleaseReport& report) {
  return undone_text(report) + kept_text(report.kept) + left_text(report.left) + warnings_text(report.warnings);
}

}  // namespace hubcache

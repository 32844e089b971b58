#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/command_line.h"
#include "adoption/link_counts.h"
#include "adoption/report_parts.h"
#include "base/language.h"
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
    text += say("left: {} below the mount point {}\n", counted(one.files, "file"), printable(one.mount_point.native()));
  if (!left.empty()) text += say("the release is incomplete: unmount it, then run hubcache release again\n");
  return text;
}

std::string changes_text(const AdoptReport& report) {
  return say("{} new, {} changed, {} removed", report.added, report.changed, report.removed);
}

std::string heading(const AdoptReport& report) {
  const bool is_usual = report.revision == adoption::hub_of(report.target).default_revision;
  const std::string name = name_of_repo(report.repo_id, report.target);
  const std::string repo = is_usual ? name : say("{} at {}", name, report.revision);
  const std::string files = counted(report.files, "file"), changes = changes_text(report);
  if (report.in_place) {
    return report.dry_run ? say("Would adopt {} in place: {} ({})\n", repo, files, changes)
                          : say("Adopted {} in place: {} ({})\n", repo, files, changes);
  }
  const std::string links = adoption::links_text(report.links);
  return report.dry_run ? say("Would adopt {}: {} by {} ({})\n", repo, files, links, changes)
                        : say("Adopted {}: {} by {} ({})\n", repo, files, links, changes);
}

std::string row(std::string_view label, const std::string& text) { return fmt::format("  {:<9} {}\n", label, text); }

std::string release_command(const AdoptReport& report) {
  return adoption::command_on("release", {report.target, report.repo_id, report.type, report.place});
}

/// Returns the adoption's place, its effect and the command that undoes it.
std::string summary(const AdoptReport& report) {
  using adoption::next_run_text;
  std::string text = row(translated("folder"), printable(report.folder.native()));
  if (!report.in_place) text += row(translated("cache"), printable(report.place.native()));
  text += row(translated("next run"), next_run_text(report.asked_hub, report.missing, report.target));
  // A client that requests each file notices a push in spite of the pin; a warning says so.
  const auto target = hubs::find_target(report.target);
  if (report.pinned > 0 && target && (*target)->rules.question() == Question::snapshot) {
    const bool has_names = report.pinned == report.only_here.size();
    const std::string files = has_names ? counted_names(report.only_here, "file") : counted(report.pinned, "file");
    text += row(translated("pinned"), report.pinned < report.files
                                          ? say("pushes to the hub are ignored for {}", printable(files))
                                          : say("pushes to the hub are ignored"));
  }
  if (report.in_place) text += row(translated("guarded"), say("each file has a second hard link"));
  if (report.displaced > 0)
    text += row(translated("saved"), say("{} of the cache folder, until release", counted(report.displaced, "file")));
  return text + row(translated("undo"), release_command(report));
}

/// Says what a release or a restore has done; and why, if it had nothing to do.
std::string undone_text(const ReleaseReport& report) {
  const std::string repo = name_of_repo(report.repo_id, report.target);
  const std::string files = counted(report.restored, "file"), place = in_quotes(report.place.native());
  if (report.is_restore) {
    return report.restored > 0 ? say("Restored {}: {}\n", repo, files)
                               : say("{}: nothing to restore, the client replaced no file\n", repo);
  }
  if (report.in_place && report.place_is_gone) {
    return report.kept.empty()
               ? say("Released {}: {} no longer exists; no file is left\n", repo, place)
               : say("Released {}: {} no longer exists; your files are in the folder kept/\n", repo, place);
  }
  if (report.in_place) {
    return report.restored > 0 ? say("Released {}: your files stay in {}, restored {}\n", repo, place, files)
                               : say("Released {}: your files stay in {}\n", repo, place);
  }
  return say(
      "Released {}: {}, {}\n", repo,
      report.removed > 0 ? say("removed {} of hubcache", counted(report.removed, "file")) : say("deleted no file"),
      report.restored > 0 ? say("restored {}", files) : say("no files to restore"));
}

std::string packages_text(const std::vector<ClientPackage>& packages) {
  std::string text;
  for (const ClientPackage& package : packages) {
    if (package.version) text += (text.empty() ? "" : ", ") + printable(package.name + " " + *package.version);
  }
  return text.empty() ? say("no package of this client") : text;
}

}  // namespace

std::string to_text(const TargetsReport& report) {
  std::string text;
  for (const TargetInfo& info : report.targets) {
    text += say("{}\n  cache: {} ({})\n", info.name, printable(info.place), info.variable);
    if (report.python_error.empty()) text += say("  installed: {}\n", packages_text(info.packages));
    text += say("  accepts: {}\n", info.accepts);
  }
  if (!report.python_error.empty()) return text + say("cannot list the installed packages: {}\n", report.python_error);
  return text + say("the installed packages are those of {}\n", printable(report.python.native()));
}

std::string to_text(const AdoptReport& report) {
  std::string text = heading(report) + summary(report) + unread_text(report.unread) +
                     missing_text(report.missing, report.target) + kept_text(report.kept);
  for (const VerifiedFile& file : report.unmatched)
    text += say("skipped, differs from the hub: {} ({})\n", printable(file.path), translated(name_of(file.comparison)));
  return text + warnings_text(report.warnings);
}

std::string to_text(const ReleaseReport& report) {
  return undone_text(report) + kept_text(report.kept) + left_text(report.left) + warnings_text(report.warnings);
}

}  // namespace hubcache

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
  // A client that asks file by file notices a push all the same: a warning says so.
  const auto target = target::find(report.target);
  const bool ignores_pushes = target && (*target)->question() == Question::snapshot;
  if (report.pinned > 0 && ignores_pushes) {
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

}  // namespace hubcache

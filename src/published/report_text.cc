#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <hubcache/publish.h>

#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::size_t shown_digits = 12;

std::string short_commit(const std::string& commit) {
  return commit.empty() ? "unreadable" : commit.substr(0, shown_digits);
}

std::string time_text(std::int64_t seconds) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(seconds)); }

std::string name_and_revision(const PublishedRevision& revision) {
  const std::string_view type = revision.type == RepoType::dataset ? " (dataset)" : "";
  return fmt::format("{}{} at {}", revision.repo_id, type, printable(revision.revision));
}

std::string files_text(std::uint64_t files, std::uint64_t bytes) {
  return counted(files, "file") + ", " + human_size(bytes);
}

std::string before_text(const PublishReport& report) {
  if (!report.previous) return "the revision is new";
  return *report.previous == report.commit ? "the commit is the same as before" : "replaces " + *report.previous;
}

}  // namespace

std::string to_text(const PublishReport& report) {
  std::string text = fmt::format("{} {} at {}: {}\n", report.dry_run ? "Would publish" : "Published", report.repo_id,
                                 printable(report.revision), files_text(report.files, report.bytes));
  const auto row = [&](std::string_view label, const std::string& value) {
    text += fmt::format("  {:<8} {}\n", label, value);
  };
  row("from", printable(report.folder.native()));
  row("store", printable(report.store));
  row(report.dry_run ? "to send" : "sent", files_text(report.uploaded, report.uploaded_bytes));
  row("commit", report.commit + " (" + before_text(report) + ")");
  if (report.verified) row("verified", "all contents were read back");
  for (const std::string& warning : report.warnings) text += "warning: " + warning + "\n";
  return text;
}

std::string to_text(const StoreListReport& report) {
  std::string text;
  std::size_t width = 0;
  for (const PublishedRevision& one : report.revisions) width = std::max(width, name_and_revision(one).size());
  for (const PublishedRevision& one : report.revisions) {
    text += fmt::format("{:<{}}  {}  {}  {}\n", name_and_revision(one), width, short_commit(one.commit),
                        time_text(one.time), files_text(one.files, one.bytes));
  }
  if (report.revisions.empty()) text += "no repo is published in " + printable(report.store) + "\n";
  for (const std::string& line : report.unreadable) text += "unreadable: " + line + "\n";
  return text;
}

std::string to_text(const StoreShowReport& report) {
  const PublishedRevision& revision = report.revision;
  std::string text = fmt::format("{}, {}\ncommit {}, published {}\n", name_and_revision(revision),
                                 files_text(revision.files, revision.bytes), revision.commit, time_text(revision.time));
  for (const PublishedFileInfo& file : report.files)
    text += fmt::format("{}  {:>10}  {}\n", file.sha256, human_size(file.size), printable(file.path));
  return text;
}

std::string to_text(const StoreRemoveReport& report) {
  std::string text;
  for (const PublishedRevision& one : report.removed)
    text +=
        fmt::format("Removed {} (commit {})\n", name_and_revision(one), one.commit.empty() ? "unreadable" : one.commit);
  return text + "its contents stay until the next: hubcache store gc " + shell_word(report.store) + "\n";
}

std::string to_text(const StoreGcReport& report) {
  std::string text = fmt::format("{} {} in {}\n", report.dry_run ? "Would remove" : "Removed",
                                 files_text(report.removed, report.removed_bytes), printable(report.store));
  if (report.commits > 0) text += "  " + counted(report.commits, "old commit") + "\n";
  if (report.uploads > 0) text += "  " + counted(report.uploads, "interrupted upload") + "\n";
  text += fmt::format("  kept: {}", files_text(report.kept, report.kept_bytes));
  if (report.young > 0) text += fmt::format("; {} less than a day old", counted(report.young, "unused file"));
  return text + "\n";
}

std::string to_text(const StoreCheckReport& report) {
  std::string text;
  for (const StoreCheck& check : report.checks) {
    text += fmt::format("{:<6}  {}", check.works ? "ok" : check.is_needed ? "FAILED" : "missing", check.what);
    if (!check.works) text += fmt::format(": {}\n        {}", printable(check.detail), check.consequence);
    text += '\n';
  }
  return text +
         fmt::format("{} is {} as a store\n", printable(report.store), report.is_usable() ? "usable" : "not usable");
}

}  // namespace hubcache

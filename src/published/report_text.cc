#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <hubcache/publish.h>

#include "adoption/report_parts.h"
#include "adoption/text_table.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::size_t shown_digits = 12;

std::string short_commit(const std::string& commit) {
  return commit.empty() ? std::string(translated("unreadable")) : commit.substr(0, shown_digits);
}

std::string time_text(std::int64_t seconds) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(seconds)); }

std::string publication(const PublishedRevision& revision) {
  const std::string time = time_text(revision.time);
  return revision.published_by.empty() ? time : say("{} by {}", time, printable(revision.published_by));
}

std::string name_and_revision(const PublishedRevision& revision) {
  const std::string name = printable(revision.revision);
  return revision.type == RepoType::dataset ? say("{} (dataset) at {}", revision.repo_id, name)
                                            : say("{} at {}", revision.repo_id, name);
}

std::string files_text(std::uint64_t files, std::uint64_t bytes) {
  return say("{}, {}", counted(files, "file"), human_size(bytes));
}

std::string before_text(const PublishReport& report) {
  if (!report.previous) return say("the revision is new");
  return *report.previous == report.commit ? say("the commit is the same as before")
                                           : say("replaces {}", *report.previous);
}

}  // namespace

std::string to_text(const PublishReport& report) {
  const std::string name = say("{} at {}", report.repo_id, printable(report.revision));
  const std::string files = files_text(report.files, report.bytes);
  std::string text =
      report.dry_run ? say("Would publish {}: {}\n", name, files) : say("Published {}: {}\n", name, files);
  const auto row = [&](std::string_view label, const std::string& value) {
    text += fmt::format("  {:<8} {}\n", label, value);
  };
  row(translated("from"), printable(report.folder.native()));
  row(translated("store"), printable(report.store));
  row(report.dry_run ? translated("to send") : translated("sent"), files_text(report.uploaded, report.uploaded_bytes));
  row(translated("commit"), say("{} ({})", report.commit, before_text(report)));
  if (report.verified) row(translated("verified"), say("all contents were read back"));
  return text + adoption::warnings_text(report.warnings);
}

std::string to_text(const StoreListReport& report) {
  std::string text;
  std::size_t width = 0;
  for (const PublishedRevision& one : report.revisions)
    width = std::max(width, adoption::width_of(name_and_revision(one)));
  for (const PublishedRevision& one : report.revisions) {
    text += fmt::format("{:<{}}  {}  {}  {}\n", name_and_revision(one), width, short_commit(one.commit),
                        publication(one), files_text(one.files, one.bytes));
  }
  if (report.revisions.empty()) text += say("no repo is published in {}\n", printable(report.store));
  for (const std::string& line : report.unreadable) text += say("unreadable: {}\n", line);
  return text;
}

std::string to_text(const StoreShowReport& report) {
  const PublishedRevision& revision = report.revision;
  std::string text = say("{}, {}\ncommit {}, published {}\n", name_and_revision(revision),
                         files_text(revision.files, revision.bytes), revision.commit, publication(revision));
  for (const PublishedFileInfo& file : report.files)
    text += fmt::format("{}  {:>10}  {}\n", file.sha256, human_size(file.size), printable(file.path));
  return text;
}

std::string to_text(const StoreRemoveReport& report) {
  std::string text;
  for (const PublishedRevision& one : report.removed)
    text += say("Removed {} (commit {})\n", name_and_revision(one),
                one.commit.empty() ? translated("unreadable") : std::string_view(one.commit));
  return text + say("its contents stay until the next: hubcache store gc {}\n", shell_word(report.store));
}

std::string to_text(const StoreGcReport& report) {
  const std::string removed = files_text(report.removed, report.removed_bytes), store = printable(report.store);
  std::string text =
      report.dry_run ? say("Would remove {} in {}\n", removed, store) : say("Removed {} in {}\n", removed, store);
  if (report.commits > 0) text += "  " + counted(report.commits, "old commit") + "\n";
  if (report.uploads > 0) text += "  " + counted(report.uploads, "interrupted upload") + "\n";
  text += "  " + say("kept: {}", files_text(report.kept, report.kept_bytes));
  if (report.young > 0) text += say("; {} less than a day old", counted(report.young, "unused file"));
  return text + "\n";
}

std::string to_text(const StoreCheckReport& report) {
  std::string text;
  for (const StoreCheck& check : report.checks) {
    const auto outcome = translated(check.works       ? marked("ok")
                                    : check.is_needed ? marked("FAILED")
                                                      : marked("missing"));
    const std::string what = check.works ? check.what : say("{}: {}", check.what, printable(check.detail));
    text += fmt::format("{:<6}  {}\n", outcome, what);
    if (!check.works) text += fmt::format("        {}\n", check.consequence);
  }
  const std::string store = printable(report.store);
  return text +
         (report.is_usable() ? say("{} is usable as a store\n", store) : say("{} is not usable as a store\n", store));
}

}  // namespace hubcache

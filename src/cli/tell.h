// Prints reports to stdout and failures to stderr.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/prune.h>
#include <hubcache/remove.h>
#include <hubcache/report.h>
#include <hubcache/result.h>

namespace hubcache::cli {

/// Prints JSON or other data to stdout, unchanged. finish() reports a failed write.
void print(std::string_view data);
/// Prints text for users to stdout; escapes names so that they cannot control the terminal.
void print_text(std::string_view text);
/// Prints a line for users to stderr and adds the line end.
void complain(std::string_view line);

/// Returns the exit code of a finished command: its own, or that of a failed write to stdout, which this function
/// reports. A closed pipe (head) is not reported.
int finish(int code);

/// Prints the error and its hint. Returns the exit code.
int fail(const Environment& environment, const Error& error, bool as_json);

/// Returns the exit code of a report. An adopt report fails if files could not be read, even though the other files are
/// adopted.
template <class Report>
int code_of(const Report&) {
  return 0;
}
inline int code_of(const AdoptReport& report) {
  return report.unread.empty() ? 0 : static_cast<int>(ErrorCode::failed);
}

/// Returns the exit code of a release: an incomplete release is a failure too.
inline int code_of(const ReleaseReport& report) {
  return report.left.empty() ? 0 : static_cast<int>(ErrorCode::failed);
}

/// Returns the exit code of a removal: a repo that was left is a failure too.
inline int code_of(const RemoveCachedReport& report) {
  return report.is_complete() ? 0 : static_cast<int>(ErrorCode::failed);
}

/// Returns the exit code of prune: something that was left is a failure too.
inline int code_of(const PruneReport& report) { return report.is_complete() ? 0 : static_cast<int>(ErrorCode::failed); }

/// Prints a report or the error. Returns the exit code.
template <class Report>
int tell(const Environment& environment, const Result<Report>& report, bool as_json) {
  if (!report) return fail(environment, report.error(), as_json);
  if (as_json) print(to_json(*report));
  else print_text(to_text(*report));
  return code_of(*report);
}

/// Prints the result for each target. Returns the exit code of the first target that failed.
template <class Report>
int tell(const Environment& environment, const Result<Outcomes<Report>>& outcomes, bool as_json) {
  if (!outcomes) return fail(environment, outcomes.error(), as_json);
  const bool is_single = outcomes->size() == 1;
  if (as_json && !is_single) print(to_json(*outcomes));
  int code = 0;
  for (const auto& outcome : *outcomes) {
    const bool prints_json = as_json && is_single;
    int own = 0;
    if (outcome.report) own = code_of(*outcome.report);
    if (!outcome.report) own = fail(environment, outcome.report.error(), prints_json);
    else if (prints_json) print(to_json(*outcome.report));
    else if (!as_json) print_text(to_text(*outcome.report));
    if (code == 0) code = own;
  }
  return code;
}

}  // namespace hubcache::cli

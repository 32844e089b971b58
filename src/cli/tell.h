// What commands print: reports to stdout, failures to stderr.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/report.h>
#include <hubcache/result.h>

namespace hubcache::cli {

/// To stdout, as it is: JSON and other data. finish() reports a failed write.
void print(const std::string& data);
/// To stdout, for people: names in it cannot steer the terminal.
void print_text(const std::string& text);
/// To stderr, for people, with a line end.
void complain(std::string_view line);

/// Returns the exit code of a finished command: its own, or that of a failed write to stdout, which this function
/// reports. A closed pipe (head) is not reported.
int finish(int code);

/// Says what failed and the next step; the exit code.
int fail(const Environment& environment, const Error& error, bool as_json);

/// The exit code of a report: what an adoption could not read is a failure, though the rest is done.
template <class Report>
int code_of(const Report&) {
  return 0;
}
inline int code_of(const AdoptReport& report) {
  return report.unread.empty() ? 0 : static_cast<int>(ErrorCode::failed);
}

/// An incomplete release is a failure, too.
inline int code_of(const ReleaseReport& report) {
  return report.left.empty() ? 0 : static_cast<int>(ErrorCode::failed);
}

/// Prints a report, or the error; the exit code.
template <class Report>
int tell(const Environment& environment, const Result<Report>& report, bool as_json) {
  if (!report) return fail(environment, report.error(), as_json);
  if (as_json) print(to_json(*report));
  else print_text(to_text(*report));
  return code_of(*report);
}

/// Prints what came of each target; the exit code of the first that failed.
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

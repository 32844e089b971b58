// What commands print: reports to stdout, failures to stderr.
#pragma once

#include <string>

#include <hubcache/environment.h>
#include <hubcache/report.h>
#include <hubcache/result.h>

namespace hubcache::cli {

void print(const std::string& text);

/// Says what failed and the next step; the exit code.
int fail(const Environment& environment, const Error& error, bool as_json);

/// Prints a report, or the error; the exit code.
template <class Report>
int tell(const Environment& environment, const Result<Report>& report, bool as_json) {
  if (!report) return fail(environment, report.error(), as_json);
  print(as_json ? to_json(*report) : to_text(*report));
  return 0;
}

}  // namespace hubcache::cli

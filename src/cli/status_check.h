// Decides the exit code of status --check, and gives a reason for each code that is not 0.
#pragma once

#include <string>
#include <vector>

#include <hubcache/status.h>

namespace hubcache::cli {

struct CheckVerdict {
  int code = 0;
  std::vector<std::string> reasons;  ///< one line for each repo that decides the code
};

/// Returns the verdict on the report. `is_by_name`: the user named the repos. If not, empty folders are ignored,
/// because clients leave them behind after a failed request.
CheckVerdict check(const StatusReport& report, bool is_by_name);

}  // namespace hubcache::cli

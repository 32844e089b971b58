// status --check: the exit code, and a reason for each code that is not 0.
#pragma once

#include <string>
#include <vector>

#include <hubcache/status.h>

namespace hubcache::cli {

struct CheckVerdict {
  int code = 0;
  std::vector<std::string> reasons;  ///< one line for each repo that decides the code
};

/// `is_by_name`: the repos were asked for by name. Otherwise a folder without files, which clients leave behind after a
/// failed request, says nothing.
CheckVerdict check(const StatusReport& report, bool is_by_name);

}  // namespace hubcache::cli

// Types and functions that the operations of the C interface share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/c.h>
#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "base/cancel.h"
#include "base/try.h"
#include "c_api/arguments.h"

namespace hubcache::c_api {

struct Call {
  const Environment& environment;
  Arguments& given;
  const hubcache_callbacks& callbacks;
};

struct NamedOperation {
  std::string_view name;
  Result<std::string> (*operate)(const Call& call);  ///< returns the JSON of the report
};

std::span<const NamedOperation> operations_on_caches();
std::span<const NamedOperation> operations_on_stores();
std::span<const NamedOperation> operations_of_hubs();

template <class Report>
std::string json_of(const Report& report) {
  if constexpr (requires { to_json(report); }) {
    return to_json(report);
  } else {
    std::string text;
    write_json(report, [&text](std::string_view part) { text += part; });
    return text;
  }
}

/// Returns the JSON of a report about a place that was not changed. After a cancellation it would be incomplete.
template <class Report>
Result<std::string> complete_json(Result<Report> report) {
  TRY(check_not_cancelled());
  return json_of(TRY(std::move(report)));
}

Result<std::vector<std::string>> targets_of(Arguments& given);
Result<RepoType> type_of(Arguments& given);
/// Returns "" for the hub's default revision.
Result<std::string> revision_of(Arguments& given);

}  // namespace hubcache::c_api

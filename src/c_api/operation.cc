#include "c_api/operation.h"

#include <optional>

namespace hubcache::c_api {

Result<std::vector<std::string>> targets_of(Arguments& given) {
  auto target = TRY(given.optional_text("target"));
  return target ? std::vector{*std::move(target)} : std::vector<std::string>();
}

Result<RepoType> type_of(Arguments& given) {
  return parse_repo_type(TRY(given.optional_text("repo_type")).value_or("model"));
}

Result<std::string> revision_of(Arguments& given) {
  const auto text = TRY(given.optional_text("revision"));
  return text ? TRY(Revision::parse(*text)).str() : "";
}

}  // namespace hubcache::c_api

// Converts reports to JSON.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <hubcache/verify.h>

namespace hubcache::adoption {

constexpr int schema = 1;

/// Returns the value as text. Replaces bytes that are not UTF-8, which local paths can contain, by U+FFFD: JSON cannot
/// represent them.
inline std::string dump(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

nlohmann::json files_json(const std::vector<VerifiedFile>& files);
nlohmann::json error_json(const Error& error);

}  // namespace hubcache::adoption

// How reports become JSON.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <hubcache/verify.h>

namespace hubcache::adoption {

constexpr int schema = 1;

/// What is not UTF-8 (a path of this machine) becomes U+FFFD: JSON has no other way.
inline std::string dump(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

nlohmann::json files_json(const std::vector<VerifiedFile>& files);
nlohmann::json error_json(const Error& error);

}  // namespace hubcache::adoption

// An environment with known variables only.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <hubcache/environment.h>

namespace hubcache::hub {

using Variables = std::map<std::string, std::string, std::less<>>;

inline Environment environment_of(Variables variables) {
  Environment environment;
  environment.variables = std::move(variables);
  environment.working_folder = "/nowhere/work";
  environment.account_home = "/nowhere/account";
  return environment;
}

}  // namespace hubcache::hub

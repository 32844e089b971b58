// The address of a hub, and the access token for it.
#pragma once

#include <string>

namespace hubcache::hub {

struct Endpoint {
  std::string host;            ///< scheme://host[:port][/prefix]; the client appends its paths to it unchanged
  std::string token;           ///< "": no token
  std::string token_from;      ///< the variable or file that contains the token, for messages
  const char* host_variable;   ///< the variable for the host
  const char* token_variable;  ///< the variable for the token
  const char* api;             ///< the name of the API, for messages
};

}  // namespace hubcache::hub

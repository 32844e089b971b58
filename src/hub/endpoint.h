// Where a hub is, and as whom it is asked.
#pragma once

#include <string>

namespace hubcache::hub {

struct Endpoint {
  std::string host;            ///< scheme://host[:port][/prefix]; the client puts its paths behind it as it is
  std::string token;           ///< "" for none
  std::string token_from;      ///< the variable or file that it came from, for messages
  const char* host_variable;   ///< which variable names the host …
  const char* token_variable;  ///< … and the token
  const char* api;             ///< what answers there, in words
};

}  // namespace hubcache::hub

// An https site that this server answers in place of the real one.
#pragma once

#include <string>

namespace hubcache::server {

struct Front {
  std::string site;        ///< the site's address without a slash at the end: "https://www.hub.example"
  std::string host, port;  ///< as in `site`; the host is a name, in lower case
  std::string prefix;      ///< text that this server puts before the path of each request; may be empty
};

}  // namespace hubcache::server

#include <hubcache/version.h>

namespace hubcache {

std::string_view version() { return HUBCACHE_VERSION; }

}  // namespace hubcache

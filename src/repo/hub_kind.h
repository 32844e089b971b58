// The hubs that repos lie on.
#pragma once

namespace hubcache {

enum class HubKind { aistudio };

}  // namespace hubcache

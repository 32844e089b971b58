// Shelf, an invented hub: shows that a hub is one folder of code and one row in the registry.
//
// Its API: GET <SHELF_URL>/list/OWNER/NAME/REVISION returns the line "version VERSION" and a line "SHA256 SIZE PATH"
// for each file; GET <SHELF_URL>/file/OWNER/NAME/REVISION/PATH returns the file. Its client (shelf.py) keeps a repo's
// files in $SHELF_HOME/OWNER/NAME and downloads missing files.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub shelf_hub;

}  // namespace hubcache::hub

#define HUBCACHE_MORE_ROWS &hub::shelf_hub,

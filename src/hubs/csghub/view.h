// What only csghub-sdk's places have.
#pragma once

#include "hub/view.h"

namespace hubcache::hub::csghub_parts {

struct CsgHubState final : ClientState {
  bool has_records = false;  ///< of any path
};

}  // namespace hubcache::hub::csghub_parts

// The state that only csghub-sdk's places have.
#pragma once

#include "hub/view.h"

namespace hubcache::hub::csghub_parts {

struct CsgHubState final : ClientState {
  bool has_records = false;  ///< of any path
  /// Says what the installed version does with the index if that is in the other format.
  enum class Meets { own_format, fails, starts_empty } meets = Meets::own_format;
};

}  // namespace hubcache::hub::csghub_parts

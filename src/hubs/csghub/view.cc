// Reads a place of csghub-sdk.
#include "hubs/csghub/view.h"

#include <memory>

#include "base/try.h"
#include "hubs/csghub/target.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::csghub_parts {

Result<View> view(const Place& place) {
  View view = TRY(msc::view(place, ""));
  auto state = std::make_shared<CsgHubState>();
  state->has_records = !view.index.empty();
  view.client_state = std::move(state);
  return view;
}

}  // namespace hubcache::hub::csghub_parts

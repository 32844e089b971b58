// Reads a place of csghub-sdk.
#include "hubs/csghub/view.h"

#include <memory>

#include "base/try.h"
#include "hubs/csghub/index.h"
#include "hubs/csghub/target.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::csghub_parts {

/// `place.index` is the format of the installed version, and `view.place.index` that of the index in the place.
Result<View> view(const Place& place) {
  View view = TRY(msc::view(place, ""));
  auto state = std::make_shared<CsgHubState>();
  const bool is_other = view.index_state == IndexState::good && place.index != view.place.index;
  if (is_other && place.index == &pickle_index) state->meets = CsgHubState::Meets::fails;
  if (is_other && place.index == &json_index) state->meets = CsgHubState::Meets::starts_empty;
  state->has_records = !view.index.empty() && state->meets == CsgHubState::Meets::own_format;
  view.client_state = std::move(state);
  return view;
}

}  // namespace hubcache::hub::csghub_parts

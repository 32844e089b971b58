// The index `.msc` of csghub-sdk: a pickle before 0.9.2, and JSON since then.
#pragma once

#include "hub/index.h"

namespace hubcache::hub::csghub_parts {

/// [{"Path": …, "Revision": …}], as json.dump writes it.
extern const Index json_index;
/// The same list as a pickle.
extern const Index pickle_index;

/// JSON, for an index that does not exist yet, if it is not known which version is installed.
extern const Index unknown_index;

/// The versions of csghub-sdk that use an index of this format, for messages.
std::string_view versions_with(const Index& index);
/// Says for messages what the other versions do with an index of this format.
std::string_view other_versions_with(const Index& index);

}  // namespace hubcache::hub::csghub_parts

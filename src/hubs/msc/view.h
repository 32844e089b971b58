// The places of clients with an index `.msc`.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "hub/view.h"

namespace hubcache::hub::msc {

/// Returns the name with each dot replaced: the clients' folder for a repo of that name.
std::string masked(std::string_view name);
/// Returns the name that the folder was probably made for.
std::string unmasked(std::string_view masked);

/// Models os.getenv(…, 'False').strip().lower() == 'true', by which the clients read their settings.
bool is_python_true(std::string_view text);

/// Reads index and files of the place, and the files in the unmasked folder of a name with dots. Does not read the
/// temporary folder, which has the name `temporary_folder` if it is in the place; "" for a client whose temporary
/// folder is never there, and that uses the unmasked folder.
Result<View> view(const Place& place, std::string_view temporary_folder);

}  // namespace hubcache::hub::msc

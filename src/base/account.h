// The password database. Safe to use by several threads.
#pragma once

#include <string>

namespace hubcache {

/// Returns the home folder of the user of that name, or of this process's user if `user` is null; "" if there is none.
std::string home_by_database(const char* user);

/// Returns the name of this process's user; "" if it has none.
std::string account_name();

}  // namespace hubcache

#include "base/account.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace hubcache {
namespace {

/// Returns a field of the entry of the user of that name, or of this process's user if `user` is null; "" if there is
/// none.
std::string field_of(const char* user, char* passwd::* field) {
  constexpr std::size_t most = 1 << 20;
  passwd entry{}, *found = nullptr;
  for (std::size_t size = 1 << 14; size <= most; size *= 4) {
    std::vector<char> buffer(size);
    const int number = user ? getpwnam_r(user, &entry, buffer.data(), size, &found)
                            : getpwuid_r(getuid(), &entry, buffer.data(), size, &found);
    if (number == ERANGE) continue;
    return number == 0 && found && found->*field ? found->*field : "";
  }
  return "";
}

}  // namespace

std::string home_by_database(const char* user) { return field_of(user, &passwd::pw_dir); }
std::string account_name() { return field_of(nullptr, &passwd::pw_name); }

}  // namespace hubcache

#include "base/account.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace hubcache {

std::string home_by_database(const char* user) {
  constexpr std::size_t most = 1 << 20;
  passwd entry{}, *found = nullptr;
  for (std::size_t size = 1 << 14; size <= most; size *= 4) {
    std::vector<char> buffer(size);
    const int number = user ? getpwnam_r(user, &entry, buffer.data(), size, &found)
                            : getpwuid_r(getuid(), &entry, buffer.data(), size, &found);
    if (number == ERANGE) continue;
    return number == 0 && found && found->pw_dir ? found->pw_dir : "";
  }
  return "";
}

}  // namespace hubcache

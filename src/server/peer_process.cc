#include "server/peer_process.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::server {
namespace {

using std::filesystem::directory_iterator;
using std::filesystem::path;

bool has_open(const path& process, const std::string& target) {
  std::error_code problem;
  for (auto entry = directory_iterator(process / "fd", problem); !problem && entry != directory_iterator();
       entry.increment(problem)) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry->path(), gone) == target) return true;
  }
  return false;
}

std::string name_of(const path& process) {
  std::ifstream file(process / "comm");
  std::string name;
  std::getline(file, name);
  return printable(name);
}

}  // namespace

std::string process_of(const Result<PeerOwner>& peer) {
  std::error_code problem;
  if (peer) {
    const std::string target = fmt::format("socket:[{}]", peer->socket);
    for (auto entry = directory_iterator("/proc", problem); !problem && entry != directory_iterator();
         entry.increment(problem)) {
      const std::string pid = entry->path().filename();
      if (pid.find_first_not_of("0123456789") != pid.npos || !has_open(entry->path(), target)) continue;
      return say("{} (process {})", name_of(entry->path()), pid);
    }
  }
  return say("a program");
}

}  // namespace hubcache::server

#include "server/peer_process.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"

namespace hubcache::server {
namespace {

using std::filesystem::directory_iterator;
using std::filesystem::path;

/// The inode of the socket that is bound to the port, by /proc/net/tcp ("  0: 0100007F:1F90 0100007F:C350 01 … uid …
/// inode").
std::string inode_of(std::uint16_t port) {
  const std::string wanted = fmt::format(":{:04X}", port);
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string number, local, remote, state, skipped, inode;
      words >> number >> local >> remote >> state;
      if (!local.ends_with(wanted)) continue;
      for (int i = 0; i < 5; ++i) words >> skipped;
      if (words >> inode && inode != "0") return inode;
    }
  }
  return "";
}

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

std::string process_at(std::uint16_t local_port) {
  const std::string inode = inode_of(local_port);
  std::error_code problem;
  if (!inode.empty()) {
    const std::string target = "socket:[" + inode + "]";
    for (auto entry = directory_iterator("/proc", problem); !problem && entry != directory_iterator();
         entry.increment(problem)) {
      const std::string pid = entry->path().filename();
      if (pid.find_first_not_of("0123456789") != pid.npos || !has_open(entry->path(), target)) continue;
      return name_of(entry->path()) + " (process " + pid + ")";
    }
  }
  return "a program";
}

}  // namespace hubcache::server

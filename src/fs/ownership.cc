#include "fs/ownership.h"

#include <cerrno>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/language.h"

namespace hubcache::fs {
namespace {

constexpr std::size_t largest_entry = 64 << 10;  // bytes of the user and group databases' answers

/// Returns "" if the database does not know the user.
std::string name_of_user(uid_t user) {
  std::vector<char> buffer(largest_entry);
  passwd entry{};
  passwd* found = nullptr;
  const bool is_known = getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found;
  return is_known ? std::string(found->pw_name) : std::string();
}

bool is_private_group(gid_t group) {
  const std::string user = name_of_user(geteuid());
  std::vector<char> buffer(largest_entry);
  struct group entry{};
  struct group* found = nullptr;
  if (user.empty() || getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return false;
  if (user != found->gr_name) return false;
  for (char** member = found->gr_mem; *member; ++member) {
    if (user != *member) return false;
  }
  return true;
}

/// Returns true if there may be an access list: then the mode's group bits are those of all users and groups that it
/// names.
bool may_have_access_list(int descriptor) {
  return fgetxattr(descriptor, "system.posix_acl_access", nullptr, 0) >= 0 || (errno != ENODATA && errno != ENOTSUP);
}

bool may_others_write(int descriptor, const struct stat& status) {
  if ((status.st_mode & S_IWOTH) != 0) return true;
  if ((status.st_mode & S_IWGRP) == 0) return false;
  return !is_private_group(status.st_gid) || may_have_access_list(descriptor);
}

}  // namespace

Ownership::Ownership(int descriptor, const struct stat& status)
    : owner_(status.st_uid),
      is_own_(status.st_uid == geteuid() || status.st_uid == 0),
      others_write_(may_others_write(descriptor, status)) {}

std::string Ownership::owner() const {
  const std::string name = name_of_user(owner_);
  return name.empty() ? say("uid {}", std::to_string(owner_)) : name;
}

std::string Ownership::objection() const {
  if (!is_own_) return say("it belongs to {}", owner());
  return others_write_ ? say("other users may write to it") : "";
}

}  // namespace hubcache::fs

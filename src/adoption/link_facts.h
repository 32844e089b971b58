// Gather: which kinds of links the system allows from the user's files into the place.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <hubcache/adopt.h>

#include "hub/target.h"
#include "repo/local_tree.h"

namespace hubcache::adoption {

struct LinkFacts {
  /// A file system that holds files of the user's.
  struct Volume {
    bool is_of_place = true;  ///< the place is on it, too
    bool reflinks = false;    ///< can be made from it into the place
  };
  bool moves_by_rename = true;                 ///< the client's temporary folder is on the place's file system
  std::map<std::uint64_t, Volume> volumes;     ///< by LocalFile::device
  std::set<std::string_view> protected_files;  ///< paths to which the system allows this user no hard link
  bool symlinks = true;                        ///< false: the place's file system has none

  /// Why this kind of link to the file is known to fail; "" where it is not.
  std::string_view obstacle(LinkKind kind, const LocalFile& file) const;
};

/// Tries a reflink once for each file system that holds files; looks at nothing where the first kind of link cannot be
/// known to fail. Tries a symlink only where the kind that the user asked for fails. The facts refer to `local`.
Result<LinkFacts> link_facts(const AdoptRequest& request, const hub::Target& target, const hub::View& view,
                             const LocalTree& local);

}  // namespace hubcache::adoption

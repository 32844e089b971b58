// Gather: finds the kinds of links that the system allows from the user's files into the place.
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
  /// A file system with files of the user.
  struct Volume {
    bool is_of_place = true;  ///< the place is on the same file system
    bool reflinks = false;    ///< reflinks from it into the place work
  };
  bool moves_by_rename = true;                 ///< the client's temporary folder is on the place's file system
  std::map<std::uint64_t, Volume> volumes;     ///< by LocalFile::device
  std::set<std::string_view> protected_files;  ///< paths of files to which this user may not make hard links
  bool symlinks = true;                        ///< false: the place's file system does not support symlinks

  /// Returns why this kind of link to the file fails; "" if it is not known to fail.
  std::string_view obstacle(LinkKind kind, const LocalFile& file) const;
};

/// Tries one reflink for each file system with files of the user. Tries a symlink only if the kind that the user asked
/// for fails and the target's first kind is a symlink. Tries nothing if the wanted kind is a copy, or a symlink that is
/// the target's first kind: these are not known to fail. `local` must outlive the facts.
Result<LinkFacts> link_facts(const AdoptRequest& request, const hub::Target& target, const hub::View& view,
                             const LocalTree& local);

}  // namespace hubcache::adoption

// Decide: what an adoption will do. Pure: no I/O, no clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/link_facts.h"
#include "adoption/made_folders.h"
#include "hub/target.h"
#include "record/record.h"
#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

struct PlanInput {
  const hub::Target& target;
  const AdoptRequest& request;
  const RepoRef& repo;
  const hub::View& view;
  const hub::ClientSettings& settings;
  LinkFacts links;
  bool in_place = false;
  std::optional<record::Record> previous;  ///< without traces of an unfinished run
  std::string now;                         ///< UTC, ISO 8601
  fs::FolderId folder_id = {};             ///< of the user's folder
  std::string hub = {};                    ///< the address of the hub that was asked; "" for none
  FoundFolders found = {};
  /// Locations of the files that the place had before the adoption and gets back if their entries retire; sorted. They
  /// are looked for only if an entry may retire.
  std::vector<std::string> displaced = {};
};

/// The first file that is copied because no link to it works.
struct FirstCopy {
  std::string path, why;  ///< "" where there is none
};

struct Plan {
  record::Record next;  ///< entries as they will be; those to be placed say what, and keep what stands now
  std::vector<std::size_t> to_place;    ///< indexes into next.entries
  std::vector<std::size_t> to_restore;  ///< in place, `--take mine`: indexes of entries whose own version comes back
  std::vector<LinkKind> link_order;     ///< of a link that the system refuses, the kinds after it are tried
  FirstCopy first_copy;
  std::string index;          ///< bytes
  bool writes_index = false;  ///< false: what the client's index has is right as it is
  std::vector<hub::MetadataFile> metadata;
  std::vector<std::string> old_metadata;  ///< of hubcache's own, that go
  std::vector<std::string> in_the_way;    ///< of the client's metadata, that must not be there
  AdoptReport report;                     ///< what can be said before applying
};

/// ErrorCode::conflict where the user has to decide first, ErrorCode::difference for
/// `require_complete`.
/// `remote` is nullptr where the hub was not asked.
Result<Plan> make_plan(const PlanInput& input, const LocalTree& local, const RemoteTree* remote);

}  // namespace hubcache::adoption

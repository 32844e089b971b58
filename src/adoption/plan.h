// Decides what an adoption will do. Pure: no I/O, no clock.
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
  fs::FolderId folder_id = {};             ///< id of the user's folder
  std::string hub = {};                    ///< address of the hub that was asked; "" if none was
  FoundFolders found = {};
  /// The files that the place had before the adoption: see displaced_files(). A file gets back if no entry is in its
  /// way.
  std::vector<hub::PlacedFile> displaced = {};
};

/// The first file that is copied because no link to it works.
struct FirstCopy {
  std::string path, why;  ///< "" if no file is copied
};

struct Plan {
  record::Record next;  ///< the new record; in an entry to be placed, `staged` describes the new file, and
                        ///< `source`, `link` and `placed` describe the file that is in the place now
  std::vector<std::size_t> to_place;    ///< indexes into next.entries
  std::vector<std::size_t> to_restore;  ///< in place, `--take mine`: indexes of entries whose user's version is
                                        ///< restored
  std::vector<LinkKind> link_order;     ///< kinds to try, in this order, if the system refuses a link
  FirstCopy first_copy;
  std::string index;          ///< bytes
  bool writes_index = false;  ///< false: the client's index is correct already
  std::vector<hub::MetadataFile> metadata;
  std::vector<std::string> old_metadata;  ///< hubcache's own files to be removed
  std::vector<std::string> in_the_way;    ///< the client's files that must be moved out of the way
  AdoptReport report;                     ///< the part of the report that is known before applying
};

/// Makes the plan. Returns ErrorCode::conflict if the user has to decide first, ErrorCode::difference if
/// `require_complete` is not met. `remote` is nullptr if the hub was not asked.
Result<Plan> make_plan(const PlanInput& input, const LocalTree& local, const RemoteTree* remote);

}  // namespace hubcache::adoption

// Decide: which records the client's index has of an adoption's files, while they are adopted and after that. Pure.
#pragma once

#include <string>
#include <vector>

#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The stable id that stands for a file which the hub does not know: what this machine's records and its own local hub
/// agree on. It hashes repo type, repo id and path, not the content.
ObjectId synthetic_id(RepoType type, const RepoId& id, const RelPath& path);

/// Whether the index no longer holds what hubcache wrote of the entry: then it is the client that has put another file
/// there.
bool is_for_another_file(const hub::View& view, const record::Record& record, const record::Entry& entry);

/// Whether the index has what hubcache writes for any of the entries.
bool has_our_records(const hub::View& view, const record::Record& record);

/// Whether the entry is accepted whatever is pushed: where the user asked for a pin, and where the file's id is not the
/// hub's, since nothing else would make the client accept it.
bool is_pinned(const hub::Target& target, const hub::Place& place, const record::Record& record,
               const record::Entry& entry);

/// The usable revisions that the index has for a path, in order.
std::vector<std::string> revisions_in_index(const hub::View& view, const std::string& path);

/// For a target with an index: the index in the view, edited for all entries of the record, retiring ones included.
std::string edited_index(const hub::Target& target, const hub::View& view, const record::Record& record);

/// How the index's records of a path are while it is adopted: the pin, then the exact ids, then what others wrote.
hub::RecordEdit adopted_records(const record::Record& record, const record::Entry& entry);

/// How the index's records of a path are once hubcache's adoption of it is over.
hub::RecordEdit released_records(const record::Record& record, const record::Entry& entry);

/// The exact id, as text.
inline std::string_view sha_text(const record::ExactId& id) { return id.sha.str(); }

/// Whether the index is to hold the pin.
bool wants_pin(const record::Record& record, const record::Entry& entry);

}  // namespace hubcache::adoption

// Decide: computes the records of adopted files in the client's index, during the adoption and after its release. Pure.
#pragma once

#include <string>
#include <vector>

#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Returns the id of a file whose id on the hub is not known: a SHA-1 of repo type, repo id and path, not of the
/// content. The client's index and the local hub use the same id.
ObjectId synthetic_id(RepoType type, const RepoId& id, const RelPath& path);

/// Returns true if the client has put another file at the entry's location: the index lacks the pin, where one is
/// wanted, or the first exact id of the entry (the other exact ids are not looked up), or the file is one of
/// View::put_by_client.
bool is_for_another_file(const hub::View& view, const record::Record& record, const record::Entry& entry);

/// Returns true if is_for_another_file() is false for at least one entry.
bool has_our_records(const hub::View& view, const record::Record& record);

/// Returns true if the client accepts the entry's file after every push to the hub. This requires an index of requested
/// revisions, or a target that can pin, and either the user's request for a pin or, in a place with an index, a
/// synthetic first id: without a pin, the client would not accept a file with such an id.
bool is_pinned(const hub::Target& target, const hub::Place& place, const record::Record& record,
               const record::Entry& entry);

/// Returns the revisions of the path's usable index records (IndexRecord::Shape plain or extra_key), in order.
std::vector<std::string> revisions_in_index(const hub::View& view, const std::string& path);

/// Returns the bytes of the view's index after the edits for all entries of the record: released_records() for retiring
/// entries, adopted_records() for the others.
std::string edited_index(const hub::Index& index, const hub::View& view, const record::Record& record);

/// Returns the edit that writes the records of an adopted path: the pin, if wanted, then the exact ids, then the
/// records that others wrote. Removes outdated ids of hubcache's, "N/A" records, and the pin if it is not wanted.
hub::RecordEdit adopted_records(const hub::Index& index, const record::Record& record, const record::Entry& entry);

/// Returns the edit that ends the adoption of a path. In place, it removes the ids and the pin that hubcache added, and
/// keeps all other records. Otherwise it restores exactly the records that the path had before the adoption.
hub::RecordEdit released_records(const hub::Index& index, const record::Record& record, const record::Entry& entry);

/// Returns the revision that the index records for the id: the id itself, or the name of the adopted revision.
std::string_view text_in_index(const hub::Index& index, const record::Record& record, const record::ExactId& id);

/// Returns true if the index should hold the pin: the user asked for it, or the first exact id is synthetic. An index
/// of requested revisions needs none.
bool wants_pin(const hub::Index& index, const record::Record& record, const record::Entry& entry);

}  // namespace hubcache::adoption

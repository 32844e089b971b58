// Predictions of what a client does with one file at its next run.
#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] hubcache {

/// Kinds of client calls. The same file can get a different verdict for each kind.
enum class Question {
  snapshot,     ///< requests all files of a repo
  single_file,  ///< requests one file by its path
  local_only,   ///< either call without contact to the hub: local_files_only=True, or an offline variable is set
};

enum class Action {
  accepts,       ///< takes the local file
  downloads,     ///< downloads the content from the hub and replaces the local file
  returns_none,  ///< returns None and downloads nothing
  raises,        ///< raises an exception in the user's code
  stuck,         ///< downloads nothing and returns normally, but the file never arrives
};

enum class Reason {
  exact_record,          ///< a record with exactly the hub's sha
  pin,                   ///< a record with Revision '' matches every sha
  prefix_record,         ///< the record's sha begins with the hub's sha, or the reverse
  revision_recorded,     ///< a record of the requested revision; the client does not compare content
  any_record,            ///< local_only: a record and the file
  no_record,             ///< no record of the path
  no_matching_record,    ///< records of the path, but only with other shas
  other_revision,        ///< records of the path, but only of other revisions than the requested one
  not_available_record,  ///< Revision 'N/A', which the wiki page's script writes if it got no answer
  no_exact_record,       ///< accepted, but a call for a single file requires a record with the hub's full sha
  file_there,            ///< the file exists, and the client requires no record
  blob_there,            ///< no file, but the cache has its content under the hub's id, and the client makes the file
                         ///< from it
  file_missing,          ///< no file; everything else would match
  dangling_link,         ///< a record, but the file is a symlink to nothing
  no_last_commit,        ///< the hub sends no last_commit_sha
  hash_validation,       ///< the client validates hashes: the SHA-256 must equal last_commit_sha
  odd_record,            ///< a malformed record that makes the client fail
  damaged_index,         ///< the client's index cannot be read
  not_writable,          ///< the client writes a file of its cache at every run, and lacks the permission
  leftover,              ///< an unfinished file in the temporary folder, which the client never finishes
  no_listing,            ///< the client cannot get the hub's listing of the revision
  no_digest,             ///< the hub does not tell the SHA-256 of the file, and the client requires it
  not_in_contents,       ///< the hub lists the file, but does not have it where the client requests it
  not_listed,            ///< the hub does not list the file for this revision, so a snapshot does not request it
  refused,               ///< the hub refuses: no such repo or revision, or the token is rejected
};

struct Verdict {
  Action action = Action::downloads;
  Reason reason = Reason::no_record;
  bool loses_local = false;  ///< true: the client deletes or overwrites the local file
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

std::string_view name_of(Question question);
std::string_view name_of(Action action);
std::string_view name_of(Reason reason);  ///< one word, for JSON
std::string_view explain(Reason reason);  ///< part of a sentence, for people

}  // namespace hubcache

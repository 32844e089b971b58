// What a client will do with one file at its next run.
#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] hubcache {

/// Each client asks in its own way, and gets another answer.
enum class Question {
  snapshot,     ///< for all files of a repo
  single_file,  ///< for one file by its path
  local_only,   ///< either of them with local_files_only=True
};

enum class Action {
  accepts,       ///< takes the file that is there
  downloads,     ///< asks the hub for the content and puts that in the file's place
  returns_none,  ///< returns None and downloads nothing
  raises,        ///< an exception in the user's code
  stuck,         ///< downloads nothing, returns as if all were well, and the file never arrives
};

enum class Reason {
  exact_record,          ///< a record with the hub's very sha
  pin,                   ///< a record with Revision '' matches every sha
  prefix_record,         ///< a record and the hub's sha, one beginning with the other
  any_record,            ///< local_only: a record and the file
  no_record,             ///< no record of the path
  no_matching_record,    ///< records of the path, but of other shas
  not_available_record,  ///< Revision 'N/A', as the wiki page's script writes where it got no answer
  no_exact_record,       ///< accepted, but the question for a single file wants a record equal to the hub's full sha
  file_there,            ///< the file, and the reader asks for no record
  blob_there,            ///< no file, but its content under the hub's id, from which the reader makes it
  file_missing,          ///< no file, where all else would be right
  dangling_link,         ///< a record, but the file is a symlink to nothing
  no_last_commit,        ///< the hub gives no last_commit_sha
  hash_validation,       ///< the client validates hashes: the SHA-256 must equal last_commit_sha
  odd_record,            ///< a record of the wrong shape, at which the client stumbles
  damaged_index,         ///< the client's index cannot be read
  not_writable,          ///< the client writes a file of its cache at every run, and may not
  leftover,              ///< an unfinished file in the temporary folder, which the client never finishes
  no_listing,            ///< the client cannot get the hub's listing of the revision
  not_in_contents,       ///< the hub lists it, and then does not find it where the client asks for it
  not_listed,            ///< the hub does not list it for this revision: a snapshot does not ask for it
  refused,               ///< the hub refuses: no such repo or revision, or the token
};

struct Verdict {
  Action action = Action::downloads;
  Reason reason = Reason::no_record;
  bool loses_local = false;  ///< what stands in the file's place now would be gone afterwards
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

std::string_view name_of(Question question);
std::string_view name_of(Action action);
std::string_view name_of(Reason reason);  ///< one word, for JSON
std::string_view explain(Reason reason);  ///< a sentence's part, for people

}  // namespace hubcache

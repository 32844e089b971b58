#include <hubcache/verdict.h>

#include "base/language.h"

namespace hubcache {

std::string_view name_of(Question question) {
  switch (question) {
    case Question::snapshot: return "snapshot";
    case Question::single_file: return "single_file";
    case Question::local_only: return "local_only";
  }
  return "";
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::accepts: return "accepts";
    case Action::downloads: return "downloads";
    case Action::returns_none: return "returns_none";
    case Action::raises: return "raises";
    case Action::stuck: return "stuck";
  }
  return "";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::exact_record: return "exact_record";
    case Reason::pin: return "pin";
    case Reason::prefix_record: return "prefix_record";
    case Reason::revision_recorded: return "revision_recorded";
    case Reason::any_record: return "any_record";
    case Reason::no_record: return "no_record";
    case Reason::no_matching_record: return "no_matching_record";
    case Reason::other_revision: return "other_revision";
    case Reason::not_available_record: return "not_available_record";
    case Reason::no_exact_record: return "no_exact_record";
    case Reason::file_there: return "file_there";
    case Reason::blob_there: return "blob_there";
    case Reason::file_missing: return "file_missing";
    case Reason::dangling_link: return "dangling_link";
    case Reason::no_last_commit: return "no_last_commit";
    case Reason::hash_validation: return "hash_validation";
    case Reason::odd_record: return "odd_record";
    case Reason::damaged_index: return "damaged_index";
    case Reason::not_writable: return "not_writable";
    case Reason::leftover: return "leftover";
    case Reason::no_listing: return "no_listing";
    case Reason::no_digest: return "no_digest";
    case Reason::not_in_contents: return "not_in_contents";
    case Reason::not_listed: return "not_listed";
    case Reason::refused: return "refused";
  }
  return "";
}

std::string_view explain(Reason reason) {
  switch (reason) {
    case Reason::exact_record: return translated("the index has the hub's sha");
    case Reason::pin: return translated("pinned");
    case Reason::prefix_record: return translated("the index has the beginning of the hub's sha");
    case Reason::revision_recorded:
      return translated("the index has the requested revision, and the client checks nothing else");
    case Reason::any_record: return translated("local_files_only accepts any index entry");
    case Reason::no_record: return translated("not in the index");
    case Reason::no_matching_record: return translated("the index has another sha than the hub");
    case Reason::other_revision: return translated("the index has only other revisions of the file");
    case Reason::not_available_record: return translated("the index has N/A, which the client never accepts");
    case Reason::no_exact_record:
      return translated("the index lacks the hub's full sha, which a request for one file requires");
    case Reason::file_there: return translated("the file exists, and the client checks nothing else");
    case Reason::blob_there: return translated("the cache has the content under the hub's id");
    case Reason::file_missing: return translated("the file is missing");
    case Reason::dangling_link: return translated("broken symlink");
    case Reason::no_last_commit: return translated("the hub does not send last_commit_sha");
    case Reason::hash_validation: return translated("the client validates hashes");
    case Reason::odd_record: return translated("the client's index has an invalid entry");
    case Reason::damaged_index: return translated("the client cannot read its index");
    case Reason::not_writable: return translated("the client may not write to its cache folder");
    case Reason::leftover: return translated("an unfinished download blocks the file");
    case Reason::no_listing: return translated("the client cannot get the hub's listing");
    case Reason::no_digest: return translated("the hub does not tell the SHA-256 of the file");
    case Reason::not_in_contents: return translated("the hub lists the file but does not find it");
    case Reason::not_listed: return translated("the hub does not list the file for this revision");
    case Reason::refused: return translated("the hub refuses access");
  }
  return "";
}

}  // namespace hubcache

#include <hubcache/verdict.h>

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
    case Reason::any_record: return "any_record";
    case Reason::no_record: return "no_record";
    case Reason::no_matching_record: return "no_matching_record";
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
    case Reason::not_in_contents: return "not_in_contents";
    case Reason::not_listed: return "not_listed";
    case Reason::refused: return "refused";
  }
  return "";
}

std::string_view explain(Reason reason) {
  switch (reason) {
    case Reason::exact_record: return "its record holds the hub's sha";
    case Reason::pin: return "it is pinned";
    case Reason::prefix_record: return "its record agrees with the beginning of the hub's sha";
    case Reason::any_record: return "any record is enough for local_files_only";
    case Reason::no_record: return "no record of it";
    case Reason::no_matching_record: return "its record holds another sha than the hub";
    case Reason::not_available_record: return "its record says N/A, which is never accepted";
    case Reason::no_exact_record: return "no record holds the hub's full sha, which is needed to get this one file";
    case Reason::file_there: return "it is there, and the reader asks for no more";
    case Reason::blob_there: return "its content is there under the hub's id";
    case Reason::file_missing: return "it is not there";
    case Reason::dangling_link: return "its link leads to nothing";
    case Reason::no_last_commit: return "the hub gives no last_commit_sha";
    case Reason::hash_validation: return "the client validates hashes";
    case Reason::odd_record: return "the client's index holds a record of the wrong shape";
    case Reason::damaged_index: return "the client's index cannot be read";
    case Reason::not_writable: return "the client may not write into its cache";
    case Reason::leftover: return "an unfinished download in the temporary folder stops the client";
    case Reason::no_listing: return "the client cannot get the hub's listing";
    case Reason::not_in_contents: return "the hub lists it, and does not find it when it is asked for it";
    case Reason::not_listed: return "the hub does not list it for this revision";
    case Reason::refused: return "the hub refuses";
  }
  return "";
}

}  // namespace hubcache

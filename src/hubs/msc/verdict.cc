// Models ModelFileSystemCache: exists, get_file_by_info, get_file_by_path, put_file, and the reasons for which
// file_download.http_get_model_file of aistudio-sdk 0.3.9 stops a download.
#include "hubs/msc/verdict.h"

#include <algorithm>

namespace hubcache::hub::msc {
namespace {

using Shape = IndexRecord::Shape;

/// Returns the id that the client compares with its records.
std::string_view id_of(const RemoteFile& remote) {
  if (!remote.asked_revision.empty()) return remote.asked_revision;
  return remote.last_change ? remote.last_change->str() : remote.sha.str();
}

bool is_there(const FileFacts& facts) { return facts.file && facts.file->exists; }

Reason match_reason(const IndexRecord& record, const RemoteFile& remote) {
  if (!remote.asked_revision.empty()) return Reason::revision_recorded;
  if (record.revision.empty()) return Reason::pin;
  return record.revision == id_of(remote) ? Reason::exact_record : Reason::prefix_record;
}

/// Whether a download loses the user's file. A rename replaces the name; a move across file systems writes through a
/// link. Before the move, put_file removes the file that the path's first record names, except a broken symlink.
bool loses(const FileFacts& facts) {
  if (!facts.file) return false;
  if (facts.file->behind_link) return true;
  const bool name_is_replaced = facts.moves_by_rename || (!facts.records.empty() && facts.file->exists);
  if (!name_is_replaced) return true;
  return facts.file->kind == fs::Kind::file && facts.file->links == 1;
}

Verdict download(const FileFacts& facts, const RemoteFile& remote, const ClientSettings& settings, Reason reason) {
  const std::uint64_t size = remote.lfs_size.value_or(remote.size);
  if (facts.dead_lock) return {Action::stuck, Reason::leftover, false};
  if (facts.leftover && size > 0 && size <= settings.parallel_threshold)
    return {Action::stuck, Reason::leftover, false};
  return {Action::downloads, reason, loses(facts)};
}

/// Returns why the client accepted none of the path's records.
Reason refusal(const FileFacts& facts, const ClientSettings& settings, bool matched, const RemoteFile& remote) {
  if (facts.records.empty()) return Reason::no_record;
  if (matched && facts.file && !facts.file->exists) return Reason::dangling_link;
  if (matched && !facts.file) return Reason::file_missing;
  if (matched && remote.last_commit_sha && remote.last_commit_sha->empty()) return Reason::no_last_commit;
  if (matched && settings.hash_validation) return Reason::hash_validation;
  if (!remote.asked_revision.empty()) return Reason::other_revision;
  return facts.records.front()->revision == "N/A" ? Reason::not_available_record : Reason::no_matching_record;
}

/// Models exists(): the client accepts the first record that matches; with hash validation, the content must match too.
Verdict judge(const FileFacts& facts, const RemoteFile& remote, std::string_view wanted_sha256,
              const ClientSettings& settings) {
  const std::string_view id = id_of(remote);
  bool matched = false;
  for (std::size_t i = 0; i < facts.records.size(); ++i) {
    const IndexRecord* record = facts.records[i];
    if (facts.stumbles_after == i || record->shape == Shape::other_revision)
      return {Action::raises, Reason::odd_record, false};
    if (!record->revision.starts_with(id) && !id.starts_with(record->revision)) continue;
    matched = true;
    const bool has_commit = !remote.last_commit_sha || !remote.last_commit_sha->empty();
    if (!has_commit || !is_there(facts)) continue;
    if (settings.hash_validation && facts.file->kind == fs::Kind::folder)
      return {Action::raises, Reason::hash_validation, false};
    const bool content_agrees = !wanted_sha256.empty() && facts.sha256 == wanted_sha256;
    if (!settings.hash_validation || content_agrees) return {Action::accepts, match_reason(*record, remote), false};
  }
  if (facts.stumbles_after) return {Action::raises, Reason::odd_record, false};
  return download(facts, remote, settings, refusal(facts, settings, matched, remote));
}

/// Models get_file_by_info(): the client requires a record equal to the hub's.
bool has_equal_record(const FileFacts& facts, const RemoteFile& remote) {
  return std::ranges::any_of(facts.records, [&](const IndexRecord* record) {
    return record->shape == Shape::plain && record->revision == id_of(remote);
  });
}

/// Models get_file_by_path(). snapshot_download(local_files_only=True) only requires that the path has a record.
Verdict judge_local(const FileFacts& facts) {
  if (facts.stumbles_after == 0) return {Action::raises, Reason::odd_record, false};
  if (facts.records.empty()) return {Action::raises, Reason::no_record, false};
  if (is_there(facts)) return {Action::accepts, Reason::any_record, false};
  return {Action::raises, facts.file ? Reason::dangling_link : Reason::file_missing, false};
}

/// Models a client that uses the folder as it is and does not request missing files.
Verdict judge_without_index(const FileFacts& facts) {
  if (is_there(facts)) return {Action::accepts, Reason::file_there, false};
  return {Action::raises, facts.file ? Reason::dangling_link : Reason::file_missing, false};
}

}  // namespace

Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, std::string_view wanted_sha256,
                const ClientSettings& settings, Question question) {
  if (state == IndexState::none) return judge_without_index(facts);
  const bool unreadable = state == IndexState::damaged || state == IndexState::unreadable;
  if (unreadable) return {Action::raises, Reason::damaged_index, false};
  if (question == Question::local_only) return judge_local(facts);
  if (const auto& why = question == Question::snapshot ? remote.snapshot_raises : remote.single_file_raises)
    return {Action::raises, *why, false};
  if (question == Question::snapshot && !remote.is_listed) return {Action::accepts, Reason::not_listed, false};
  const Verdict verdict = judge(facts, remote, wanted_sha256, settings);
  if (question == Question::snapshot || verdict.action != Action::accepts) return verdict;
  if (has_equal_record(facts, remote)) return {Action::accepts, Reason::exact_record, false};
  return {Action::returns_none, Reason::no_exact_record, false};
}

}  // namespace hubcache::hub::msc

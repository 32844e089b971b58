#include "adoption/restore_metadata.h"

#include <algorithm>

#include "adoption/index_edits.h"
#include "adoption/metadata.h"
#include "base/language.h"
#include "base/try.h"

namespace hubcache::adoption {

using record::Entry;

Result<void> MetadataRestorer::check_can_be_read() const {
  const std::string hint = say("make the file readable, or move it away, then run hubcache release again");
  if (!record_.index_wrote.empty() && view_.index_state == hub::IndexState::unreadable)
    return Error{ErrorCode::failed, say("cannot read the client's index: {}", view_.index_error), hint};
  for (const auto& [name, versions] : record_.metadata_wrote) {
    const Present present = TRY(present_metadata(custody_.at(name)));
    if (present.problem && !is_closed_to_us(present)) return Error{ErrorCode::failed, present.problem->message, hint};
  }
  return {};
}

Result<void> MetadataRestorer::restore_index() {
  if (record_.index_wrote.empty()) return {};  // never written, or already restored
  if (left_.contains(index_name())) return {};
  const fs::Status before = TRY(fs::status_of(custody_.index_before()));
  const bool had_one = before.kind == fs::Kind::file;
  // If the adoption was cut off, a damaged index may be the one that was there before it.
  const auto is_usable = [&](const std::string& bytes) {
    return is_written_by_us(bytes) || index().for_bytes(bytes).read(bytes).has_value();
  };
  if (had_one || !was_cut_off_) TRY(keep_unusable(custody_, index_name(), is_usable));
  const Present present = TRY(present_metadata(custody_.at(index_name())));
  if (had_one && present.status.stamp.inode == before.stamp.inode) return {};
  const bool is_gone = present.status.kind == fs::Kind::missing;
  const bool is_ours = is_gone || (present.bytes && is_written_by_us(*present.bytes));
  const bool comes_back = is_ours && (is_gone || !record_.index_merged);
  if (comes_back && TRY(had_one ? put_index_back(present) : remove_index(present))) return {};
  return write_index_without_ours(had_one);
}

bool MetadataRestorer::is_written_by_us(const std::string& bytes) const {
  return adoption::is_written_by_us(record_, index_name(), index_name(), bytes);
}

/// Restores the index as a second link to index.before: if this release is cut off, a later run still finds
/// index.before. Returns false if a client writes the index meanwhile.
Result<bool> MetadataRestorer::put_index_back(const Present& present) {
  const fs::Name link = custody_.metadata(index_name());
  TRY(custody_.make_folders_above(link));
  TRY(custody_.make_folders_above(custody_.at(index_name())));  // another program may have deleted the place
  TRY(fs::remove_file(link));
  // The system may not permit links to another user's file (fs.protected_hardlinks).
  const bool is_linked = fs::make_hard_link_to_name(custody_.index_before(), link).has_value();
  if (!is_linked) {
    TRY(fs::make_copy(custody_.index_before(), custody_.saved()));  // so that `link` appears only when complete
    TRY(fs::replace(custody_.saved(), link));
  }
  const bool is_back = TRY(swap_in(custody_, link, index_name(), present.status));
  TRY(fs::remove_file(link));
  return is_back;
}

Result<bool> MetadataRestorer::remove_index(const Present& present) {
  if (present.status.kind == fs::Kind::missing) return true;
  return remove_metadata_file(custody_, index_name(),
                              [&](const std::string& bytes) { return is_written_by_us(bytes); });
}

hub::RecordEdit MetadataRestorer::without_records(std::string_view name) {
  return {.path = name, .first = {}, .keep_others = false, .remove = {}};
}

/// Returns the paths in the client's index that will not exist in the place after the release. Call it only for a place
/// that had no index before the adoption: then the client has written these records since. Some of the paths are
/// folders of the adoption, where the hub has a submodule or a symlink.
std::set<std::string> MetadataRestorer::records_of_nothing(const hub::View& now) const {
  std::set<std::string> names;
  for (const hub::IndexRecord& indexed : now.index) {
    const bool stays = std::ranges::binary_search(record_.stayed, indexed.path) || record_.find(indexed.path);
    if (!stays) names.insert(indexed.path);
  }
  return names;
}

Result<void> MetadataRestorer::write_index_without_ours(bool had_one) {
  bool is_empty = false, has_ours = false;
  std::string edited, empty;
  const auto edit = [&](const Present& present) -> Result<std::optional<std::string_view>> {
    if (present.problem) return *present.problem;
    const auto now = view_of_index(index(), present);
    if (!present.bytes || !now) return view_of(present.bytes);  // a damaged index stays as it is
    edited = index_without_ours(*now, had_one);
    empty = now->place.index->edited(hub::View(), {});
    is_empty = edited == empty;
    has_ours = has_our_records(*now, record_);
    // If the edit would empty an index that only the client has written, the index stays unchanged and goes to kept/.
    if (is_empty && !had_one && !has_ours) return view_of(present.bytes);
    return edited;
  };
  TRY(write_metadata_file(custody_, index_name(), edit, fs::remove_file));
  if (!is_empty || had_one) return {};
  if (!has_ours) return custody_.take_out_and_keep(custody_.at(index_name()), index_name());
  TRY(remove_metadata_file(custody_, index_name(), [&](const std::string& bytes) { return bytes == empty; }));
  return {};
}

std::string MetadataRestorer::index_without_ours(const hub::View& now, bool had_one) const {
  std::vector<hub::RecordEdit> edits;
  edits.reserve(record_.entries.size() + record_.added.size());
  for (const Entry& entry : record_.entries) edits.push_back(released_records(*now.place.index, record_, entry));
  const bool may_be_before = had_one || record_.in_place;
  const std::set<std::string> stale = may_be_before ? std::set<std::string>() : records_of_nothing(now);
  for (const std::string& name : record_.added) {
    if (!stale.contains(name)) edits.push_back(without_records(name));
  }
  for (const std::string& name : stale) edits.push_back(without_records(name));
  std::ranges::sort(edits, {}, &hub::RecordEdit::path);
  return now.place.index->edited(now, {edits.size(), [&](std::size_t i) { return edits[i]; }});
}

Result<void> MetadataRestorer::restore_others() {
  for (const auto& [name, versions] : record_.metadata_wrote) {
    if (left_.contains(name)) continue;
    const bool was_ours = TRY(undo_metadata_file(custody_, record_, name));
    if (!was_ours && TRY(put_back_damaged(name))) continue;
    if (was_ours || record_.place_existed || record_.in_place || target_.rules.keeps_additions()) continue;
    TRY(custody_.take_out_and_keep(custody_.at(name), name));
  }
  return {};
}

/// Moves a damaged metadata file to kept/ and restores the file from before the adoption. Returns false if the file is
/// not damaged.
Result<bool> MetadataRestorer::put_back_damaged(const std::string& name) {
  const bool was_damaged = TRY(keep_unusable(
      custody_, name, [&](const std::string& bytes) { return !target_.rules.is_damaged_metadata(name, bytes); }));
  const auto before = record_.metadata_had.find(name);
  if (!was_damaged || before == record_.metadata_had.end() || !before->second) return was_damaged;
  const auto edit = [&](const Present& now) -> Result<std::optional<std::string_view>> {
    return view_of(now.bytes ? now.bytes : before->second);
  };
  TRY(write_metadata_file(custody_, name, edit, fs::remove_file));
  return true;
}

}  // namespace hubcache::adoption

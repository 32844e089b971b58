// Restores the client's index and its other metadata files during a release.
#pragma once

#include <set>
#include <string>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/left_below_mounts.h"
#include "adoption/metadata.h"
#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Restores the metadata in one release. The constructor's arguments must outlive this object.
class MetadataRestorer {
 public:
  /// `was_cut_off`: the adoption was not completed.
  MetadataRestorer(const hub::Target& target, const hub::View& view, const record::Record& record, Custody& custody,
                   const LeftBelowMounts& left, bool was_cut_off)
      : target_(target), view_(view), record_(record), custody_(custody), left_(left), was_cut_off_(was_cut_off) {}

  /// Returns ErrorCode::failed if a file cannot be read. Call this before anything is changed: an unreadable file may
  /// be the client's own, so hubcache could not decide what to restore.
  Result<void> check_can_be_read() const;
  /// Restores the index from before the adoption if nobody has written to the present index since, or it is damaged
  /// now. Otherwise leaves the present index and removes hubcache's records from it. Moves a damaged index to kept/.
  Result<void> restore_index();
  /// Restores the other metadata files. Leaves a file that the client has written since the adoption; moves it to kept/
  /// if the place was missing before the adoption.
  Result<void> restore_others();

 private:
  std::string index_name() const { return target_.index_name(); }
  const hub::Index& index() const { return view_.place.index ? *view_.place.index : *target_.rules.index(); }
  bool is_written_by_us(const std::string& bytes) const;
  Result<bool> put_index_back(const Present& present);
  Result<bool> remove_index(const Present& present);
  static hub::RecordEdit without_records(std::string_view name);
  std::set<std::string> records_of_nothing(const hub::View& now) const;
  Result<void> write_index_without_ours(bool had_one);
  std::string index_without_ours(const hub::View& now, bool had_one) const;
  Result<bool> put_back_damaged(const std::string& name);

  const hub::Target& target_;
  const hub::View& view_;
  const record::Record& record_;
  Custody& custody_;
  const LeftBelowMounts& left_;
  const bool was_cut_off_;
};

}  // namespace hubcache::adoption

// Act: writes the client's index and its other metadata files, and keeps their previous content for release.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/metadata.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// The metadata part of one apply(). It edits `next`, the record that apply() saves. Call its functions in the order of
/// their declarations.
class MetadataWriter {
 public:
  MetadataWriter(const hub::Target& target, const hub::View& view, const Plan& plan, record::Record& next,
                 Custody& custody);

  /// Stores in the record the bytes of the metadata files that release must restore. The index is not among them.
  Result<void> remember();
  /// Keeps the index from before the adoption as index.before, and stores in the record which bytes the files will
  /// have: after a kill, the place has either the old or the new bytes, and the record knows both.
  Result<void> note_what_is_written();
  /// Writes the files into stage/. Call it only for a place that does not exist: the new place then appears complete.
  Result<void> stage();
  /// Returns true if `name`, relative to the place, is the index or another metadata file of the plan.
  bool is_metadata(const std::string& name) const;
  /// Moves a metadata file that graft() took out of the place back into it: a client has written the file since the
  /// plan. write() then edits that file. `item`: its present name.
  Result<void> put_back(const fs::Name& item, const std::string& name);
  /// Writes the index and the other files, removes files that are no longer needed, and makes the name link.
  Result<void> write();
  /// Removes all versions but the last of each file from the record.
  void forget_earlier_versions();

 private:
  /// Whether a release leaves the client's metadata in the place. Otherwise hubcache's place is a new one, and a client
  /// that writes its metadata anew does not make it a file from before the adoption.
  bool outlives_us() const { return next_.place_existed || target_.rules.keeps_additions(); }
  static Result<Present> readable(Present present);
  Result<bool> is_index_before_us() const;
  Result<void> keep_index_before();
  std::string index_name() const { return target_.index_name(); }
  bool is_ours(const std::string& name, std::string_view bytes) const;
  Result<void> write_index();
  Result<void> note_merge(const Present& present);
  Result<void> settle_index(const fs::Name& old);
  Result<void> keep_damaged_index();
  Result<void> plan_index_again(const Present& present);
  Result<void> write_other(const std::string& name, const std::string& bytes);
  Result<void> make_name_link();
  Result<void> save();

  const hub::Target& target_;
  const hub::View& view_;
  const hub::Place& place_;
  const Plan& plan_;
  record::Record& next_;
  Custody& custody_;
  std::string_view index_;  ///< the bytes to write: of the plan, or `index_planned_again_`
  std::string index_planned_again_;
  const bool was_cut_off_;       ///< the previous adoption was not completed
  bool is_first_index_ = false;  ///< hubcache has not written the present index
  bool index_is_usable_;         ///< the present index is readable or missing: it is edited, not displaced
};

}  // namespace hubcache::adoption

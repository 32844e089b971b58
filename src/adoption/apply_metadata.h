// Act: writes the client's index and its other metadata files, and remembers what they were before.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/metadata.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// The metadata part of one apply(). It edits `next`, the record that apply() saves. Its functions are called in the
/// order of their declarations.
class MetadataWriter {
 public:
  MetadataWriter(const hub::Target& target, const hub::View& view, const Plan& plan, record::Record& next,
                 Custody& custody);

  /// Notes in the record which bytes the files have before.
  Result<void> remember();
  /// Keeps the index from before, and notes in the record which bytes the files get: a killed run leaves either the
  /// old or the new, and both are known.
  Result<void> note_what_is_written();
  /// For a place that is missing: makes the files in stage/, so that the new place appears whole.
  Result<void> stage();
  /// Whether the place's name is one of these files.
  bool is_metadata(const std::string& name) const;
  /// For a staged file that came back, because a client has written one in the place meanwhile: write() edits that.
  Result<void> put_back(const fs::Name& item, const std::string& name);
  Result<void> write();
  /// Leaves only the last version of each file in the record.
  void forget_earlier_versions();

 private:
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
  std::string index_;            ///< bytes that the index is to have
  const bool was_cut_off_;       ///< the adoption before this one was not completed
  bool is_first_index_ = false;  ///< the place's index is not hubcache's
  bool index_is_usable_;         ///< the present one can be read, so that it is edited
};

}  // namespace hubcache::adoption

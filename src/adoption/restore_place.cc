#include "adoption/restore_place.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/index_edits.h"
#include "adoption/listings.h"
#include "adoption/metadata.h"
#include "adoption/mount_points.h"
#include "adoption/moves.h"
#include "adoption/offline.h"
#include "adoption/put_by_client.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

/// Returns the user's files that the place no longer has. A file that an editor has written there is newer and the
/// user's own, so it is not returned.
Result<std::vector<std::string>> replaced_files(const hub::View& view, const Record& record, const Custody& custody) {
  std::vector<std::string> names;
  for (const Entry& entry : record.entries) {
    const fs::Status mine = TRY(fs::status_of(custody.originals(entry.location().str())));
    const fs::Status present = TRY(fs::status_of(custody.at(entry)));
    if (mine.kind == fs::Kind::missing || fs::is_same_file(present, mine)) continue;
    const bool is_mine_too = present.kind == fs::Kind::file && !is_for_another_file(view, record, entry);
    if (!is_mine_too) names.push_back(entry.location().str());
  }
  return names;
}

Result<void> write_adopted_index(const Site& site, const hub::View& view, Record& record, Custody& custody) {
  const std::string name = site.target->index_name();
  const hub::Index& index = *view.place.index;
  std::string edited;
  const auto edit = [&](const Present& present) -> Result<std::optional<std::string_view>> {
    if (present.problem) return *present.problem;
    const hub::View none;
    const auto now = view_of_index(index, present);
    if (present.bytes && !now) return std::nullopt;
    edited = edited_index(now ? *now->place.index : index, now ? *now : none, record);
    note_index_written(record, edited);
    TRY(record::save(site.place.record, record));
    return edited;
  };
  // An index that was damaged during the adoption is not the one that a release has to restore.
  TRY(keep_unusable(custody, name,
                    [&](const std::string& bytes) { return index.for_bytes(bytes).read(bytes).has_value(); }));
  TRY(write_metadata_file(custody, name, edit, fs::remove_file));
  return fs::remove_empty_folders(custody.metadata());
}

/// Finds the files that the client has put into the place without a record in its index. If the record does not tell
/// about a file, asks the hub whether the file is a newer one of the hub. If the hub does not answer, the file counts
/// as the user's; the report then says so.
Result<void> find_put_by_client(const Environment& environment, Site site, const Record& record, hub::View& view,
                                ReleaseReport& report) {
  find_put_by_client(environment, site, record, nullptr, view);
  for (const auto& revision : record.revisions) {
    if (!has_file_of_unknown_origin(site, record, view)) return {};
    site.repo.revision = TRY(Revision::parse(revision.name));
    const auto listing = asks_hub(environment, false, site)
                             ? Listings(environment).ask(site, {}).take()
                             : Result<hub::Listing>(Error{ErrorCode::hub, say("the hub was not asked"), ""});
    if (!listing) {
      report.warnings.push_back(
          say("some files may be newer files of the hub and not yours; they stay, because the hub cannot tell: {}",
              listing.error().message));
      return {};
    }
    find_put_by_client(environment, site, record, &listing->tree, view);
  }
  return {};
}

}  // namespace

Result<ReleaseReport> restore_place(const Environment& environment, const Site& site, hub::View& view, Record& record,
                                    Custody& custody) {
  if (!record.in_place) {
    return Error{ErrorCode::failed,
                 say("nothing to restore: {} is not adopted in place, but from {}", record.repo_id,
                     in_quotes(record.folder.native())),
                 say("to place your files again, run {}", command_on("refresh", adoption_at(site, record)))};
  }
  ReleaseReport report;
  report.repo_id = record.repo_id;
  report.place = site.place.root;
  TRY(find_put_by_client(environment, site, record, view, report));
  TRY(check_not_cancelled());
  const auto names = TRY(replaced_files(view, record, custody));
  TRY(check_none_is_below_mounts(names, custody));
  TRY(put_originals_back(view, names, custody));
  report.restored = names.size();
  report.is_restore = report.in_place = true;
  if (site.place.index) TRY(write_adopted_index(site, view, record, custody));
  report.kept = custody.kept();
  return report;
}

}  // namespace hubcache::adoption

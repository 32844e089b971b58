#include "adoption/metadata.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

#include "adoption/moves.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/new_file.h"

namespace hubcache::adoption {
namespace {

constexpr std::size_t most_index_versions = 8;
constexpr int attempts = 100;  // each attempt after the first follows a write by another program

/// Displaces files and symlinks that are in place of the folders above the metadata file: hubcache writes nothing
/// through a link.
Result<void> make_way(Custody& custody, const std::string& name) {
  for (auto slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1)) {
    const std::string folder = name.substr(0, slash);
    const fs::Kind kind = TRY(fs::status_of(custody.at(folder))).kind;
    if (kind != fs::Kind::folder && kind != fs::Kind::missing) TRY(custody.displace(custody.at(folder), folder));
  }
  return custody.make_folders_above(custody.at(name));
}

/// Swaps the files on file systems without RENAME_EXCHANGE. The old file is at `parked` until `item` has taken its
/// place.
Result<bool> swap_by_two_renames(const fs::Name& item, const fs::Name& name, const fs::Name& parked,
                                 const fs::Status& before) {
  if (!TRY(fs::rename_away(name, parked))) return false;
  const bool is_expected = same_but_ctime(TRY(fs::status_of(parked)).stamp, before.stamp);
  if (is_expected && TRY(fs::rename_new(item, name))) {
    TRY(fs::replace(parked, item));
    return true;
  }
  if (!TRY(fs::rename_new(parked, name))) TRY(fs::remove_file(parked));  // the client has written a newer file
  return false;
}

Error keeps_changing(const fs::Name& name) {
  return {ErrorCode::conflict, say("another program keeps changing {}", in_quotes(name.path().native())),
          say("wait until that program has ended, then run the command again")};
}

}  // namespace

Result<Present> present_metadata(const fs::Name& name) {
  Present present{TRY(fs::status_of(name)), std::nullopt, std::nullopt};
  if (present.status.kind != fs::Kind::file) return present;
  auto bytes = fs::read_file(name, largest_metadata);
  if (bytes) present.bytes = *std::move(bytes);
  else present.problem = bytes.error();
  return present;
}

Result<hub::View> view_of_index(const hub::Index& index, const Present& present) {
  hub::View view;
  view.place.index = present.bytes ? &index.for_bytes(*present.bytes) : &index;
  view.index = TRY(view.place.index->read(present.bytes.value_or("")));
  view.sort_out_index();
  return view;
}

bool is_closed_to_us(const Present& present) {
  return present.problem && present.problem->number == EACCES && present.status.owner != geteuid();
}

Result<bool> swap_in(const Custody& custody, const fs::Name& item, const std::string& name_in_place,
                     const fs::Status& before) {
  const fs::Name name = custody.at(name_in_place);
  if (before.kind == fs::Kind::missing) return fs::rename_new(item, name);
  FileStamp inside = TRY(fs::status_of(item)).stamp;
  const auto exchanged = fs::exchange(item, name);
  if (!exchanged && TRY(fs::status_of(name)).kind == fs::Kind::missing)
    return false;  // another program has removed the file
  if (!TRY(exchanged)) {
    const fs::Name parked = custody.metadata_parked(name_in_place);
    TRY(custody.make_folders_above(parked));
    const bool is_swapped = TRY(swap_by_two_renames(item, name, parked, before));
    TRY(fs::remove_empty_folders(custody.metadata_parked()));
    return is_swapped;
  }
  FileStamp came_out = TRY(fs::status_of(item)).stamp;
  if (same_but_ctime(came_out, before.stamp)) return true;
  // Exchanges again until hubcache's own version comes out: then the client's latest version is in the place.
  for (int attempt = 0; attempt < attempts; ++attempt) {
    TRY(fs::exchange(item, name));
    const FileStamp out = TRY(fs::status_of(item)).stamp;
    if (same_but_ctime(out, inside)) break;
    inside = std::exchange(came_out, out);
  }
  return false;
}

Result<void> write_metadata_file(Custody& custody, const std::string& name, const Edit& edit, const Settle& settle) {
  const fs::Name at = custody.at(name), item = custody.metadata(name);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    TRY(make_way(custody, name));
    const Present present = TRY(present_metadata(at));
    std::optional<std::string_view> bytes;
    const bool is_plain = present.status.kind == fs::Kind::missing || present.status.kind == fs::Kind::file;
    if (is_plain) bytes = TRY(edit(present));
    if (!bytes && present.status.kind == fs::Kind::missing) return {};
    if (!bytes) {
      TRY(custody.displace(at, name));
      continue;
    }
    if (present.bytes == bytes) return {};
    TRY(custody.make_folders_above(item));
    TRY(fs::remove_file(item));
    TRY(fs::write_new(item, *bytes));
    if (!TRY(swap_in(custody, item, name, present.status))) continue;
    TRY(fs::sync_folder(at.parent()));
    return present.bytes ? settle(item) : Result<void>();
  }
  return keeps_changing(at);
}

Result<bool> remove_metadata_file(const Custody& custody, const std::string& name,
                                  const std::function<bool(const std::string& bytes)>& is_ours) {
  const fs::Name at = custody.at(name), item = custody.metadata(name);
  const Present present = TRY(present_metadata(at));
  if (!present.bytes || !is_ours(*present.bytes)) return false;
  TRY(custody.make_folders_above(item));
  TRY(fs::remove_file(item));
  if (!TRY(fs::rename_away(at, item))) return false;
  if (same_but_ctime(TRY(fs::status_of(item)).stamp, present.status.stamp)) {
    TRY(fs::remove_file(item));
    return true;
  }
  // Another program has written the file meanwhile. If it has written again since, its last version stays.
  if (!TRY(fs::rename_new(item, at))) TRY(fs::remove_file(item));
  return false;
}

Result<bool> keep_unusable(Custody& custody, const std::string& name,
                           const std::function<bool(const std::string& bytes)>& is_usable) {
  const Present present = TRY(present_metadata(custody.at(name)));
  if (present.status.kind == fs::Kind::missing || (present.bytes && is_usable(*present.bytes))) return false;
  if (is_closed_to_us(present)) return false;
  if (present.problem) return *present.problem;
  TRY(custody.keep(custody.at(name), name));
  return true;
}

Result<bool> undo_metadata_file(Custody& custody, const record::Record& record, const std::string& name) {
  const auto& wrote = record.metadata_wrote.at(name);
  const auto is_ours = [&](const std::string& bytes) { return std::ranges::find(wrote, bytes) != wrote.end(); };
  const auto before = record.metadata_had.find(name);
  const auto had = before == record.metadata_had.end() ? std::nullopt : before->second;
  if (!had) return remove_metadata_file(custody, name, is_ours);
  const auto comes_back = [&](const Present& now) {
    return now.status.kind == fs::Kind::missing || (now.bytes && is_ours(*now.bytes));
  };
  if (!comes_back(TRY(present_metadata(custody.at(name))))) return false;
  bool is_undone = false;
  TRY(write_metadata_file(
      custody, name,
      [&](const Present& now) -> Result<std::optional<std::string_view>> {
        if (now.problem) return *now.problem;
        is_undone = comes_back(now);
        return view_of(is_undone ? had : now.bytes);
      },
      fs::remove_file));
  return is_undone;
}

void note_index_written(record::Record& record, std::string_view bytes) {
  std::vector<std::string>& known = record.index_wrote;
  std::string digest = digest::sha256_hex(bytes);
  std::erase(known, digest);
  if (known.size() == most_index_versions) known.erase(known.begin());
  known.push_back(std::move(digest));
}

bool is_written_by_us(const record::Record& record, const std::string& name, std::string_view index_name,
                      std::string_view bytes) {
  if (name == index_name)
    return std::ranges::find(record.index_wrote, digest::sha256_hex(bytes)) != record.index_wrote.end();
  const auto wrote = record.metadata_wrote.find(name);
  return wrote != record.metadata_wrote.end() && std::ranges::find(wrote->second, bytes) != wrote->second.end();
}

Result<void> recover_metadata(Custody& custody, const record::Record& record, std::string_view index_name) {
  const auto is_ours = [&](const fs::Name& item, const std::string& name) {
    const auto bytes = fs::read_file(item, largest_metadata);
    return bytes && is_written_by_us(record, name, index_name, *bytes);
  };
  // A client's version in metadata.parked/ is newer than the file in metadata/: it was moved out of the place later.
  for (const std::string& name : TRY(names_beneath(custody.metadata_parked()))) {
    const fs::Name parked = custody.metadata_parked(name), item = custody.metadata(name);
    TRY(custody.make_folders_above(item));
    TRY(is_ours(parked, name) ? fs::remove_file(parked) : fs::replace(parked, item));
  }
  TRY(fs::remove_empty_folders(custody.metadata_parked()));
  for (const std::string& name : TRY(names_beneath(custody.metadata()))) {
    const fs::Name item = custody.metadata(name);
    if (fs::is_temporary_name(name.substr(name.rfind('/') + 1))) {
      TRY(fs::remove_file(item));
      continue;
    }
    if (!is_ours(item, name)) {
      const Present present = TRY(present_metadata(custody.at(name)));
      const bool takes_its_place = present.bytes && is_written_by_us(record, name, index_name, *present.bytes);
      if (takes_its_place || present.status.kind == fs::Kind::missing) {
        TRY(make_way(custody, name));
        if (TRY(swap_in(custody, item, name, present.status)) && !present.bytes) continue;
      } else if (present.status.kind != fs::Kind::file) {
        TRY(custody.keep(item, name));
        continue;
      }
    }
    TRY(fs::remove_file(item));
  }
  return fs::remove_empty_folders(custody.metadata());
}

}  // namespace hubcache::adoption

#include "adoption/put_by_client.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "adoption/custody.h"
#include "adoption/index_edits.h"
#include "hash/many.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

constexpr std::size_t sha256_digits = 64;

/// A content that the hub has or had.
struct HubContent {
  ObjectId sha256;
  std::optional<std::uint64_t> size = {};  ///< nullopt: unknown
};

std::vector<HubContent> hub_contents(const Entry& entry, const RemoteTree* listing) {
  std::vector<HubContent> contents;
  const RemoteFile* file = listing ? listing->find(entry.path) : nullptr;
  if (file && is_known(file->sha) && file->sha.str().size() == sha256_digits)
    contents.push_back({file->sha, file->lfs_size.value_or(file->size)});
  for (const record::ExactId& id : entry.exact) {
    const bool is_new = id.content && std::ranges::find(contents, *id.content, &HubContent::sha256) == contents.end();
    if (is_new) contents.push_back({*id.content});
  }
  return contents;
}

/// Another file than the adopted one.
struct Suspect {
  const Entry* entry;
  std::filesystem::path file, original;
  std::vector<HubContent> contents;
  FileStamp stamp, original_stamp;
  std::optional<hash::Outcome> of_file = {}, of_original = {};
};

std::optional<Suspect> suspect(const Custody& custody, const Record& record, const hub::View& view,
                               const Entry& entry) {
  const hub::PlacedFile* file = view.file(entry.location().str());
  const bool is_other = file && file->kind == fs::Kind::file && !file->behind_link && entry.placed &&
                        file->stamp.inode != entry.placed->inode;
  if (!is_other || is_for_another_file(view, record, entry)) return std::nullopt;
  const fs::Name second = custody.originals(entry.location().str());
  const auto original = fs::status_of(second), present = fs::status_of(custody.at(entry));
  const bool is_moved = original && present && fs::is_same_file(*original, *present);
  if (!original || original->kind != fs::Kind::file || is_moved) return std::nullopt;
  return Suspect{&entry, custody.at(entry).path(), second.path(), {}, file->stamp, original->stamp};
}

std::vector<Suspect> suspects(const Site& site, const Record& record, const hub::View& view) {
  std::vector<Suspect> found;
  if (!record.in_place || !site.target->rules.replaces_without_record()) return found;
  const Custody custody(site.place.root, site.place.record, {}, {});
  for (const Entry& entry : record.entries) {
    if (auto one = suspect(custody, record, view, entry)) found.push_back(*std::move(one));
  }
  return found;
}

bool may_be_the_hubs(const Suspect& one) {
  return std::ranges::any_of(
      one.contents, [&](const HubContent& content) { return content.size.value_or(one.stamp.size) == one.stamp.size; });
}

std::optional<ObjectId> sha256_of(const std::optional<hash::Outcome>& outcome, const FileStamp& seen) {
  if (!outcome || !outcome->digests || !outcome->digests->sha256 || outcome->state.stamp != seen) return std::nullopt;
  return outcome->digests->sha256->id();
}

/// True if the file has the hub's content and the user's file has another one.
bool is_the_hubs(const Suspect& one) {
  const auto present = sha256_of(one.of_file, one.stamp);
  const bool is_known = present && std::ranges::find(one.contents, *present, &HubContent::sha256) != one.contents.end();
  return is_known && sha256_of(one.of_original, one.original_stamp) != present;
}

void read(std::vector<Suspect>& all, const std::filesystem::path& cache_folder) {
  hash::DigestCache cache(cache_folder);
  const auto job = [](std::size_t) { return hash::Job{{.sha256 = true}}; };
  const auto name = [&](std::size_t i) { return i % 2 == 0 ? all[i / 2].file : all[i / 2].original; };
  const auto done = [&](std::size_t i, hash::Outcome&& outcome) {
    (i % 2 == 0 ? all[i / 2].of_file : all[i / 2].of_original) = std::move(outcome);
  };
  static_cast<void>(hash::digest_files({2 * all.size(), job, name, done}, cache, {}));
}

}  // namespace

void find_put_by_client(const Environment& environment, const Site& site, const Record& record,
                        const RemoteTree* listing, hub::View& view) {
  std::vector<Suspect> all = suspects(site, record, view);
  for (Suspect& one : all) one.contents = hub_contents(*one.entry, listing);
  std::erase_if(all, [](const Suspect& one) { return !may_be_the_hubs(one); });
  if (all.empty()) return;
  read(all, hash::DigestCache::folder(environment));
  for (const Suspect& one : all) {
    if (is_the_hubs(one)) view.put_by_client.push_back(one.entry->location().str());
  }
  std::ranges::sort(view.put_by_client);
}

bool has_file_of_unknown_origin(const Site& site, const Record& record, const hub::View& view) {
  return !suspects(site, record, view).empty();
}

}  // namespace hubcache::adoption

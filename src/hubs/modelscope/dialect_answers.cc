#include "hubs/modelscope/dialect_answers.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "hub/json_list.h"
#include "hub/repo_file.h"

namespace hubcache::hub::modelscope_api {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t record_not_found = 10010205001;
constexpr std::int64_t other_error = record_not_found + 1;
constexpr std::uint64_t first_number = 1'000'000'000'000'000;  // the hub's own numbers are smaller
constexpr std::size_t digits_of_number = 12;                   // hex; JSON's numbers are exact up to 2^53
constexpr std::int64_t created_at = 1'700'000'000;             // of every revision
constexpr std::size_t sha256_digits = 64;

constexpr std::string_view json_type = "Content-Type: application/json; charset=utf-8\r\n";

server::Answer json_answer(unsigned status, const ordered_json& value) {
  return {status, std::string(json_type), value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

ordered_json succeeded(ordered_json data) {
  return {
      {"Code", 200}, {"Data", std::move(data)}, {"Message", "success"}, {"RequestId", "hubcache"}, {"Success", true}};
}

server::Answer success(ordered_json data) { return json_answer(200, succeeded(std::move(data))); }

server::Answer failure(unsigned status, std::int64_t code, std::string_view message) {
  return json_answer(
      status, {{"Code", code}, {"Data", nullptr}, {"Message", message}, {"RequestId", "hubcache"}, {"Success", false}});
}

struct Content {
  std::uint64_t size = 0;
  std::string sha256;  ///< "" if unknown
};

Content content_of(const CatalogRepo& repo, ServedDigests& digests, const Listed& listed,
                   const ComputedDigests& computed) {
  if (listed.sha256) return {listed.size, std::string(listed.sha256->id().str())};
  if (!listed.local) {
    const bool is_sha256 = listed.sha.str().size() == sha256_digits;
    return {listed.size, is_sha256 ? std::string(listed.sha.str()) : ""};
  }
  const auto seen = look_at(repo, *listed.local);
  if (!seen) return {listed.size, ""};
  std::string sha256 = digests.known(seen->state);
  const auto found = computed.find(listed.local);
  if (sha256.empty() && found != computed.end()) sha256 = found->second;
  return {seen->state.stamp.size, std::move(sha256)};
}

/// Returns one item of `Files`. The size is never null: without a size and a digest, `modelscope download
/// --continue-on-error` refuses the file (_resilient_download._validate_entry, modelscope-hub 0.5.1).
ordered_json line(const CatalogRepo& repo, ServedDigests& digests, const Listed& listed, WithoutDigest& without_digest,
                  const ComputedDigests& computed) {
  const std::string name = listed.path.substr(listed.path.rfind('/') + 1);
  if (listed.is_folder)
    return {{"Path", listed.path}, {"Name", name}, {"Type", "tree"}, {"Revision", ""}, {"Size", 0}, {"Sha256", ""}};
  const Content content = content_of(repo, digests, listed, computed);
  if (listed.local && content.sha256.empty()) without_digest.insert(listed.local);
  else without_digest.erase(listed.local);
  return {{"Path", listed.path},  {"Name", name},
          {"Type", "blob"},       {"Revision", listed.last_change.value_or(listed.sha).str()},
          {"Size", content.size}, {"Sha256", content.sha256.empty() ? ordered_json() : ordered_json(content.sha256)}};
}

bool is_shown(std::string_view path, const Part& part) {
  if (!part.folder.empty()) {
    const bool is_beneath =
        path.size() > part.folder.size() && path.starts_with(part.folder) && path[part.folder.size()] == '/';
    if (!is_beneath) return false;
    path.remove_prefix(part.folder.size() + 1);
  }
  return part.is_recursive || path.find('/') == path.npos;
}

}  // namespace

server::Answer not_found() { return failure(404, record_not_found, "record not found"); }

server::Answer error(unsigned status, std::string_view message) { return failure(status, other_error, message); }

server::Answer acceleration() {
  return json_answer(200, {{"Code", 200}, {"Data", {{"InternalRegionQueryAddress", ""}}}, {"Success", true}});
}

std::uint64_t number_of(const CatalogRepo& repo) {
  const ObjectId id = stand_in_id("number", repo, "");
  const std::string_view digits = id.str().substr(0, digits_of_number);
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return first_number + value;
}

server::Answer info(const CatalogRepo& repo) {
  constexpr int type_of_files = 4;  // MsDataset.load (1.40.2) reads other types from another storage
  return success({{"Id", number_of(repo)}, {"Name", repo.id.name()}, {"Type", type_of_files}});
}

server::Answer revisions(const CatalogRepo& repo) {
  ordered_json branches = ordered_json::array();
  for (const CatalogRevision& revision : repo.revisions)
    branches.push_back({{"Revision", revision.name}, {"CreatedAt", created_at}});
  return success({{"RevisionMap", {{"Branches", std::move(branches)}, {"Tags", ordered_json::array()}}}});
}

server::Answer listing(const CatalogRepo& repo, ServedDigests& digests, const Entries& listing, const Part& part,
                       WithoutDigest& without_digest, const ComputedDigests& computed) {
  if (!listing.has_folder(part.folder)) return not_found();
  JsonList files(succeeded({{"Files", ordered_json::array()}}), "Files",
                 part.page_size == 0 ? listing.text_size(240) : 0);
  std::size_t number = 0;  // of the shown entries
  listing.each(
      [&](std::string_view path, bool) {
        if (!is_shown(path, part)) return false;
        const bool is_on_page = part.page_size == 0 || number / part.page_size == part.page - 1;
        ++number;
        return is_on_page;
      },
      [&](const Listed& listed) { files.add(line(repo, digests, listed, without_digest, computed)); });
  return {200, std::string(json_type), std::move(files).finish()};
}

}  // namespace hubcache::hub::modelscope_api

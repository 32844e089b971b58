#include "hubs/hf_client/api_answers.h"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/json_list.h"
#include "hub/served_listing.h"

namespace hubcache::hub::hf_client {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t sha256_digits = 64;
constexpr std::size_t pointer_size = 134;  ///< approximate bytes of an LFS pointer text; no client uses it

constexpr std::string_view json_type = "Content-Type: application/json; charset=utf-8\r\n";

server::Answer json_answer(unsigned status, const ordered_json& value, const std::string& headers = "") {
  return {status, std::string(json_type) + headers, value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

/// Adds size and, for an LFS file, the SHA-256 of its content. Other files are identified by their git blob id.
void add_sizes(ordered_json& line, const ObjectId& id, std::uint64_t size, const char* name_of_oid) {
  line["size"] = size;
  if (id.str().size() == sha256_digits)
    line["lfs"] = {{name_of_oid, id.str()}, {"size", size}, {"pointerSize", pointer_size}};
}

/// Returns the id by which clients name the content: all files without a recorded id must differ.
ObjectId content_id(const CatalogRepo& repo, const ObjectId& recorded, std::string_view path) {
  return is_known(recorded) ? recorded : stand_in_id("content", repo, path);
}

std::string blob_id(const CatalogRepo& repo, const Listed& listed, const ObjectId& id) {
  const bool is_lfs = id.str().size() == sha256_digits;
  return std::string((is_lfs ? stand_in_id("pointer", repo, listed.path) : id).str());
}

ordered_json sibling(const CatalogRepo& repo, const Listed& listed, bool with_blobs) {
  ordered_json line = {{"rfilename", listed.path}};
  if (!with_blobs) return line;
  const ObjectId id = content_id(repo, listed.sha, listed.path);
  line["blobId"] = blob_id(repo, listed, id);
  add_sizes(line, id, size_now(repo, listed), "sha256");
  return line;
}

/// Returns the JSON that the client parses as hf_api.RepoFile or RepoFolder.
ordered_json tree_line(const CatalogRepo& repo, const Listed& listed) {
  if (listed.is_folder) return {{"type", "directory"}, {"oid", listed.sha.str()}, {"size", 0}, {"path", listed.path}};
  const ObjectId id = content_id(repo, listed.sha, listed.path);
  ordered_json line = {{"type", "file"}, {"oid", blob_id(repo, listed, id)}, {"path", listed.path}};
  add_sizes(line, id, size_now(repo, listed), "oid");
  return line;
}

bool is_shown(std::string_view path, std::string_view folder, bool recursive) {
  if (!folder.empty()) {
    if (path.size() <= folder.size() || !path.starts_with(folder) || path[folder.size()] != '/') return false;
    path.remove_prefix(folder.size() + 1);
  }
  return recursive || path.find('/') == path.npos;
}

std::string commit_header(std::string_view commit) { return fmt::format("X-Repo-Commit: {}\r\n", commit); }

}  // namespace

server::Answer error(unsigned status, std::string_view message, std::string_view code) {
  std::string headers = fmt::format("X-Error-Message: {}\r\n", message);
  if (!code.empty()) headers += fmt::format("X-Error-Code: {}\r\n", code);
  return json_answer(status, {{"error", message}}, headers);
}

server::Answer no_repo() { return error(404, "Repository not found", "RepoNotFound"); }

server::Answer no_revision(std::string_view revision) {
  server::Answer answer = error(404, "Invalid rev id", "RevisionNotFound");
  answer.body = ordered_json({{"error", "Invalid rev id: " + std::string(revision)}})
                    .dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return answer;
}

server::Answer no_entry(std::string_view commit) {
  server::Answer answer = error(404, "Entry not found", "EntryNotFound");
  answer.headers += commit_header(commit);
  return answer;
}

server::Answer info(const CatalogRepo& repo, std::size_t revision, bool with_blobs) {
  const std::string& commit = repo.revisions[revision].version;
  ordered_json about = {{"_id", commit.substr(0, 24)},
                        {"id", repo.id.str()},
                        {"author", repo.id.owner()},
                        {"sha", commit},
                        {"private", false},
                        {"gated", false},
                        {"disabled", false},
                        {"downloads", 0},
                        {"likes", 0},
                        {"tags", ordered_json::array()},
                        {"siblings", ordered_json::array()}};
  if (repo.type == RepoType::model) about["modelId"] = repo.id.str();
  const Entries entries = Entries::of(repo, revision);
  JsonList siblings(about, "siblings", entries.text_size(with_blobs ? 240 : 20));
  entries.each([](std::string_view, bool is_folder) { return !is_folder; },
               [&](const Listed& listed) { siblings.add(sibling(repo, listed, with_blobs)); });
  return {200, std::string(json_type), std::move(siblings).finish()};
}

server::Answer tree(const CatalogRepo& repo, std::size_t revision, std::string_view folder, Page page,
                    std::string_view url) {
  if (!repo.has_folder(folder)) return no_entry(repo.revisions[revision].version);
  ordered_json lines = ordered_json::array();
  std::size_t number = 0;
  Entries::of(repo, revision)
      .each(
          [&](std::string_view path, bool) {
            if (!is_shown(path, folder, page.recursive)) return false;
            const std::size_t at = number++;
            return at >= page.start && at - page.start < page.limit;
          },
          [&](const Listed& listed) { lines.push_back(tree_line(repo, listed)); });
  const bool is_last = page.start >= number || number - page.start <= page.limit;
  const std::string next = fmt::format("Link: <{}?recursive={}&limit={}&cursor={}>; rel=\"next\"\r\n", url,
                                       page.recursive, page.limit, page.start + page.limit);
  return json_answer(200, lines, is_last ? "" : next);
}

server::Answer paths_info(const CatalogRepo& repo, std::size_t revision, std::span<const std::string> paths) {
  ordered_json lines = ordered_json::array();
  for (const std::string& path : std::set(paths.begin(), paths.end())) {
    if (const auto listed = listed_at(repo, revision, path)) lines.push_back(tree_line(repo, *listed));
  }
  return json_answer(200, lines);
}

server::Answer refs(const CatalogRepo& repo) {
  ordered_json branches = ordered_json::array();
  for (const CatalogRevision& revision : repo.revisions) {
    branches.push_back(
        {{"name", revision.name}, {"ref", "refs/heads/" + revision.name}, {"targetCommit", revision.version}});
  }
  return json_answer(
      200, {{"branches", std::move(branches)}, {"tags", ordered_json::array()}, {"converts", ordered_json::array()}});
}

std::string etag_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file) {
  return std::string(content_id(repo, file.sha(revision), file.path.str()).str());
}

std::string headers_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file) {
  std::string headers = "Content-Type: application/octet-stream\r\n" + commit_header(repo.revisions[revision].version);
  const std::string id = etag_of(repo, revision, file);
  if (id.size() == sha256_digits) headers += fmt::format("X-Linked-Etag: \"{}\"\r\n", id);
  return headers;
}

}  // namespace hubcache::hub::hf_client

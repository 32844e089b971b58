#include "published/keys.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "http/client.h"
#include "hubs/registry.h"

namespace hubcache::published {
namespace {

constexpr std::string_view manifest_suffix = ".json.z";
constexpr std::size_t commit_digits = 40, sha256_digits = 64;

std::vector<std::string_view> parts_of(std::string_view key) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto slash = key.find('/');
    parts.push_back(key.substr(0, slash));
    if (slash == key.npos) return parts;
    key.remove_prefix(slash + 1);
  }
}

/// Undoes http::quote(); nullopt for text that it does not return.
std::optional<std::string> unquoted(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    unsigned byte = 0;
    for (const char digit : text.substr(at + 1, 2)) {
      const auto value = std::string_view("0123456789ABCDEF").find(digit);
      if (value == std::string_view::npos) return std::nullopt;
      byte = byte * 16 + static_cast<unsigned>(value);
    }
    plain += static_cast<char>(byte);
    at += 2;
  }
  return http::quote(plain) == text ? std::optional(plain) : std::nullopt;
}

}  // namespace

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_commit(std::string_view text) { return is_hex(text, commit_digits); }

std::string_view kind_of(RepoType type) { return type == RepoType::model ? "models" : "datasets"; }

std::string blob_key(const Sha256& sha256) {
  const ObjectId id = sha256.id();
  return fmt::format("{}{}/{}", blobs_prefix, id.str().substr(0, 2), id.str());
}

std::string_view sha256_of_key(std::string_view key) {
  const auto parts = parts_of(key);
  const bool is_blob =
      parts.size() == 3 && parts[0] == "blobs" && is_hex(parts[2], sha256_digits) && parts[1] == parts[2].substr(0, 2);
  return is_blob ? parts[2] : "";
}

std::string prefix_of(const StoredRepo& repo) {
  return fmt::format("{}{}/{}/{}/", repos_prefix, repo.hub->name, kind_of(repo.type), repo.id.str());
}

std::string commit_key(const StoredRepo& repo, std::string_view commit) {
  return fmt::format("{}commits/{}{}", prefix_of(repo), commit, manifest_suffix);
}

std::string ref_key(const StoredRepo& repo, const Revision& revision) {
  return prefix_of(repo) + "refs/" + http::quote(revision.str());
}

std::optional<RepoKey> parse_repo_key(std::string_view key) {
  const auto parts = parts_of(key);
  if (parts.size() != 7 || parts[0] != "repos") return std::nullopt;
  const auto hubs = hubs::all();
  const auto hub = std::ranges::find(hubs, parts[1], &hub::Hub::name);
  const auto id = RepoId::parse(fmt::format("{}/{}", parts[3], parts[4]));
  const bool is_model = parts[2] == kind_of(RepoType::model);
  if (hub == hubs.end() || !id || (!is_model && parts[2] != kind_of(RepoType::dataset))) return std::nullopt;
  RepoKey found{.repo = {*hub, is_model ? RepoType::model : RepoType::dataset, *id}};
  if (parts[5] == "refs") {
    const auto name = unquoted(parts[6]);
    const auto revision = name ? Revision::parse(*name) : Error{};
    if (!revision) return std::nullopt;
    found.revision = *revision;
    return found;
  }
  std::string_view commit = parts[6];
  if (parts[5] != "commits" || !commit.ends_with(manifest_suffix)) return std::nullopt;
  commit.remove_suffix(manifest_suffix.size());
  if (!is_commit(commit)) return std::nullopt;
  found.commit = commit;
  return found;
}

}  // namespace hubcache::published

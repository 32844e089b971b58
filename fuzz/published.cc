// Reads any text as the manifest of a published commit, any bytes as a compressed manifest, and any text as a ref and
// as the key of a ref or a manifest.
#include <string>
#include <string_view>
#include <vector>

#include "harness.h"
#include "hubs/registry.h"
#include "published/compression.h"
#include "published/keys.h"
#include "published/manifest.h"
#include "published/manifest_text.h"

namespace hubcache::fuzz {
namespace {

using namespace published;

StoredRepo some_repo() { return {hubs::all().front(), RepoType::model, RepoId::parse("me/model").value()}; }

std::vector<StoredFile> files_in(std::string_view commit, const std::string& bytes, bool& is_right) {
  std::vector<StoredFile> files;
  is_right = each_file(some_repo(), commit, bytes, [&](StoredFile&& file) -> Result<void> {
               files.push_back(std::move(file));
               return {};
             }).has_value();
  return files;
}

bool is_same(const StoredFile& one, const StoredFile& other) {
  return one.path == other.path && one.size == other.size && one.sha256 == other.sha256 && one.git == other.git &&
         one.lfs == other.lfs && one.head == other.head;
}

/// The valid files at the start of any manifest, as a manifest of their own, are read again.
void check_manifest(std::string_view text) {
  bool is_right = false;
  const auto files = files_in(std::string(40, 'a'), deflated(text).value(), is_right);
  const std::string commit = commit_of(files);
  const auto again = files_in(commit, to_bytes({some_repo(), commit, 1'700'000'000, files}).value(), is_right);
  require(is_right && again.size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) require(is_same(files[i], again[i]));
}

/// Checks that the text gives the same result in pieces of any size.
void check_pieces(std::string_view text) {
  std::vector<std::string> whole, single;
  ManifestText at_once([&](const std::string& entry) { whole.push_back(entry); });
  ManifestText by_bytes([&](const std::string& entry) { single.push_back(entry); });
  const bool is_taken = at_once.take(text);
  bool are_taken = true;
  for (std::size_t i = 0; i < text.size() && are_taken; ++i) are_taken = by_bytes.take(text.substr(i, 1));
  require(is_taken == are_taken);
  if (!is_taken) return;
  require(whole == single && at_once.rest() == by_bytes.rest() && at_once.has_files() == by_bytes.has_files());
}

void check_ref(const std::string& text) {
  const auto ref = parse_ref(text);
  if (!ref) return;
  require(is_commit(ref->commit) && ref->time >= 0);
  const auto again = parse_ref(to_bytes(*ref));
  require(again && again->commit == ref->commit && again->time == ref->time);
  require(again->published_by == ref->published_by && again->files == ref->files && again->bytes == ref->bytes);
}

void check_key(std::string_view key) {
  const auto parsed = parse_repo_key(key);
  if (!parsed) return;
  require(key.starts_with(prefix_of(parsed->repo)));
  require(key ==
          (parsed->revision ? ref_key(parsed->repo, *parsed->revision) : commit_key(parsed->repo, parsed->commit)));
}

}  // namespace

void take(std::string_view input) {
  check_manifest(input);
  check_pieces(input);
  bool is_right = false;
  files_in(std::string(40, 'a'), std::string(input), is_right);
  require(!is_right);  // its commit would be the digest of its files
  check_ref(std::string(input));
  check_key(input);
  static_cast<void>(sha256_of_key(input));
}

}  // namespace hubcache::fuzz

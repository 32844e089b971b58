#include "published/manifest.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/account.h"
#include "base/language.h"
#include "base/text.h"
#include "base/time_text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "digest/hasher.h"
#include "hub/json.h"
#include "published/compression.h"
#include "published/manifest_text.h"

namespace hubcache::published {
namespace {

constexpr int format_number = 1;
constexpr std::size_t head_bytes = 2;

/// `message`: its subject is missing.
Error not_a_manifest(std::string message) {
  return {ErrorCode::failed, std::move(message),
          say("publish the repo again; if a newer hubcache has written it, install that version")};
}

/// Returns the bytes of a digest in hex; nullopt for another text.
template <class Digest>
std::optional<Digest> digest_in(const hub::json::dom::object& object, const char* field) {
  const auto id = hub::json::sha_of(object, field);
  if (!id || id->str().size() != 2 * sizeof(Digest)) return std::nullopt;
  const std::string bytes = from_hex(id->str());
  Digest digest;
  std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

Result<StoredFile> file_in(const hub::json::dom::object& object) {
  auto path = RelPath::parse(TRY(hub::json::text_of(object, "path")));
  const auto size = hub::json::number_of(object, "size");
  const auto sha256 = digest_in<Sha256>(object, "sha256");
  const auto git = digest_in<Sha1>(object, "git");
  const auto lfs = hub::json::number_of(object, "lfs").value_or(0);
  const std::string head = TRY(hub::json::text_of(object, "head"));
  if (!path || !size || !sha256 || !git || lfs > 1024 || !is_hex(head, 2 * std::min<std::uint64_t>(*size, head_bytes)))
    return not_a_manifest(say("has a file entry with invalid fields"));
  return StoredFile{*std::move(path), *size, *sha256, *git, static_cast<std::uint32_t>(lfs), from_hex(head)};
}

class CommitHash {
 public:
  CommitHash() { hasher_.start(); }
  void add(const StoredFile& file) {
    // A path has no NUL.
    const ObjectId id = file.sha256.id();
    hasher_.add(fmt::format("{}{}{} {}\n", file.path.str(), '\0', file.size, id.str()));
  }
  std::string finish() { return std::string(hasher_.finish<Sha256>().id().str().substr(0, 40)); }

 private:
  digest::Hasher hasher_{digest::Algorithm::sha256};
};

/// Checks the files of a manifest, and passes them on up to the first that is wrong.
class Files {
 public:
  explicit Files(const std::function<Result<void>(StoredFile&&)>& take) : take_(take) {}

  void add(const std::string& entry) {
    if (!so_far_) return;
    const auto object = hub::json::parse_object(parser_, entry);
    auto file = object ? file_in(*object) : not_a_manifest(say("has a file entry with invalid fields"));
    if (file && previous_ && !(*previous_ < file->path)) file = not_a_manifest(say("has files that are not in order"));
    if (!file) {
      so_far_ = std::move(file).error();
      return;
    }
    hash_.add(*file);
    previous_ = file->path;
    so_far_ = take_(*std::move(file));
  }

  bool have_failed() const { return !so_far_; }
  Result<std::string> commit() {
    TRY(std::move(so_far_));
    return hash_.finish();
  }

 private:
  const std::function<Result<void>(StoredFile&&)>& take_;
  hub::json::dom::parser parser_;
  CommitHash hash_;
  std::optional<RelPath> previous_;
  Result<void> so_far_;
};

}  // namespace

std::string commit_of(const std::vector<StoredFile>& files) {
  CommitHash hash;
  for (const StoredFile& file : files) hash.add(file);
  return hash.finish();
}

Result<std::string> to_bytes(const Manifest& manifest) {
  const auto& repo = manifest.repo;
  const nlohmann::json frame = {{"format", format_number}, {"hub", repo.hub->name},     {"kind", kind_of(repo.type)},
                                {"repo", repo.id.str()},   {"commit", manifest.commit}, {"time", manifest.time}};
  std::string text = frame.dump();
  text.back() = ',';
  text += "\"files\":[";
  for (const StoredFile& file : manifest.files) {
    nlohmann::json value = {{"path", file.path.str()},
                            {"size", file.size},
                            {"sha256", file.sha256.id().str()},
                            {"git", file.git.id().str()},
                            {"head", to_hex(file.head)}};
    if (file.lfs > 0) value["lfs"] = file.lfs;
    if (text.back() != '[') text += ',';
    text += '\n' + value.dump();
  }
  text += "\n]}\n";
  if (text.size() > most_manifest_bytes)
    return Error{ErrorCode::failed, say("the list of files has more than {}", human_size(most_manifest_bytes)), ""};
  auto bytes = deflated(text);
  if (!bytes) return Error{ErrorCode::failed, say("out of memory"), ""};
  return *std::move(bytes);
}

Result<std::int64_t> each_file(const StoredRepo& repo, std::string_view commit, std::string_view bytes,
                               const std::function<Result<void>(StoredFile&&)>& take) {
  Files files(take);
  ManifestText text([&](const std::string& entry) { files.add(entry); });
  const auto take_piece = [&](std::string_view piece) { return text.take(piece) && !files.have_failed(); };
  const bool is_whole = inflate_pieces(bytes, most_manifest_bytes, take_piece);
  if (files.have_failed()) return files.commit().error();
  if (!is_whole) return not_a_manifest(say("has content that is damaged or too long"));
  hub::json::dom::parser parser;
  const auto object = hub::json::parse_object(parser, text.rest());
  if (!object) return not_a_manifest(say("has content that is not JSON"));
  if (hub::json::number_of(*object, "format") != format_number) return not_a_manifest(say("has an unknown format"));
  const bool is_right = TRY(hub::json::text_of(*object, "hub")) == repo.hub->name &&
                        TRY(hub::json::text_of(*object, "kind")) == kind_of(repo.type) &&
                        TRY(hub::json::text_of(*object, "repo")) == repo.id.str() &&
                        TRY(hub::json::text_of(*object, "commit")) == commit;
  if (!is_right) return not_a_manifest(say("has the files of another repo or commit"));
  if (!text.has_files()) return not_a_manifest(say("has no list of files"));
  if (TRY(files.commit()) != commit) return not_a_manifest(say("has other files than its commit"));
  return static_cast<std::int64_t>(hub::json::number_of(*object, "time").value_or(0));
}

std::string to_bytes(const Ref& ref) {
  nlohmann::ordered_json value = {{"commit", ref.commit}, {"time", ref.time}};
  if (!ref.published_by.empty()) value["published_by"] = ref.published_by;
  if (ref.files) value["files"] = *ref.files;
  if (ref.bytes) value["bytes"] = *ref.bytes;
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string this_publisher() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::string user = account_name();
  if (user.empty()) user = std::to_string(geteuid());
  std::string name = user + "@" + host.data();
  name.resize(std::min(name.size(), hub::json::max_short_text));
  return name;
}

Result<Ref> parse_ref(const std::string& bytes) {
  hub::json::dom::parser parser;
  const auto object = hub::json::parse_object(parser, bytes);
  if (!object) return not_a_manifest(say("has content that is not JSON"));
  const auto commit = digest_in<Sha1>(*object, "commit");
  if (!commit) return not_a_manifest(say("has no commit"));
  // The optional fields are for people only: a reader does without them.
  auto publisher = hub::json::optional_text_of(*object, "published_by");
  const auto time = hub::json::number_of(*object, "time").value_or(0);
  return Ref{.commit = std::string(commit->id().str()),
             .time = time > last_second_with_text ? 0 : static_cast<std::int64_t>(time),
             .published_by = publisher ? publisher->value_or("") : "",
             .files = hub::json::number_of(*object, "files"),
             .bytes = hub::json::number_of(*object, "bytes")};
}

}  // namespace hubcache::published

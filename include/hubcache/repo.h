// Names of hubs and their clients. Each value is checked when it is created and stays valid.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class RepoType { model, dataset };

/// Returns "model" or "dataset".
std::string_view name_of(RepoType type);
Result<RepoType> parse_repo_type(std::string_view text);

/// `owner/name`. Neither part is empty, ".", "..", the client's temporary folder ("._tmp") or hubcache's own
/// ("._hubcache"); each has at most 128 bytes of ASCII letters, digits, '.', '_', '-' or of UTF-8 beyond ASCII.
class RepoId {
 public:
  static Result<RepoId> parse(std::string_view text);  ///< ErrorCode::usage
  const std::string& owner() const { return owner_; }
  const std::string& name() const { return name_; }
  std::string str() const { return owner_ + "/" + name_; }
  auto operator<=>(const RepoId&) const = default;

 private:
  RepoId(std::string owner, std::string name) : owner_(std::move(owner)), name_(std::move(name)) {}
  std::string owner_, name_;
};

/// A branch, a tag or a commit: 1 to 255 bytes, by the rules of `git check-ref-format --allow-onelevel`.
class Revision {
 public:
  static Result<Revision> parse(std::string_view text);  ///< ErrorCode::usage
  const std::string& str() const { return text_; }
  auto operator<=>(const Revision&) const = default;

 private:
  explicit Revision(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A file's path inside its repo: UTF-8, parts joined by '/', no part empty, "." or "..", no NUL, at most 4,096 bytes
/// in all and 255 per part. So the path stays below any root that it is joined to.
class RelPath {
 public:
  static Result<RelPath> parse(std::string_view text);  ///< ErrorCode::failed; the message quotes the name safely
  const std::string& str() const { return text_; }
  std::string_view parent() const;    ///< "" at the top
  std::string_view filename() const;  ///< the last part
  auto operator<=>(const RelPath&) const = default;

 private:
  explicit RelPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A git object id as a hub sends it: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. Uses no heap memory.
class ObjectId {
 public:
  static Result<ObjectId> parse(std::string_view text);
  /// Converts the digest's own bytes: 20 or 32.
  static ObjectId of_bytes(std::string_view bytes);
  std::string_view str() const { return {digits_, length_}; }
  friend bool operator==(const ObjectId& a, const ObjectId& b) { return a.str() == b.str(); }

 private:
  ObjectId() = default;
  char digits_[64];
  std::uint8_t length_ = 0;
};

struct RepoRef {
  RepoType type = RepoType::model;
  RepoId id;
  Revision revision;
};

}  // namespace hubcache

// A store of objects that many machines share: a bucket of an S3 service, or a folder on a shared file system.
//
// A key is a relative path. Its parts are joined by '/'; none is empty, "." or "..".
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "fs/source.h"
#include "hash/file_digester.h"

namespace hubcache::store {

struct Object {
  std::string key;
  std::uint64_t size = 0;  ///< bytes
  std::int64_t time = 0;   ///< last change by the store's clock, in seconds since 1970
};

/// A file to upload, in the state in which its digest was computed.
struct FileToPut {
  std::filesystem::path path;
  hash::FileState state;
  Sha256 sha256;
};

/// The outcome of trying something that only this kind of store has.
struct Finding {
  std::string what;         ///< what was tried
  std::string failure;      ///< "" if it works
  std::string consequence;  ///< what follows if it does not
  bool is_needed = true;    ///< false: publishing works without it
};

/// Returns the Error for a file that no longer has its state or digest.
Error changed_meanwhile(const FileToPut& file);

/// Thread-safe. Errors name the store and the key: ErrorCode::hub if the service fails or refuses, ErrorCode::failed
/// for files and folders.
class Store {
 public:
  virtual ~Store() = default;

  /// Returns the store as users name it.
  virtual std::string name() const = 0;
  /// Returns the object without its content; nullopt if there is none. `time` may be 0.
  virtual Result<std::optional<Object>> find(const std::string& key) = 0;
  /// Returns the content; nullopt if there is none, an Error if it has more than `most` bytes.
  virtual Result<std::optional<std::string>> get(const std::string& key, std::uint64_t most) = 0;
  /// Returns the bytes from `offset` on, `size` of them; an Error if the object has fewer.
  virtual Result<std::string> get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) = 0;
  /// Replaces the object, or makes it. Readers see the old or the new bytes.
  virtual Result<void> put(const std::string& key, std::string_view bytes) = 0;
  /// Makes the object; returns false if the key exists. Of several simultaneous calls for a key, one makes it.
  virtual Result<bool> put_new(const std::string& key, std::string_view bytes) = 0;
  /// Replaces an object whose content is `expected`; returns false if it is another one, also if another program
  /// changes it meanwhile. ErrorCode::usage if the store cannot do that.
  virtual Result<bool> put_instead(const std::string& key, std::string_view expected, std::string_view bytes) = 0;
  /// Makes an object with the content of a file. The object appears complete, and only if the file still has the given
  /// state and digest. Adds the bytes to `counter` as they are sent.
  virtual Result<void> put_file(const std::string& key, const FileToPut& file, hash::Counter& counter) = 0;
  /// Returns the objects whose keys begin with `prefix`, sorted by key.
  virtual Result<std::vector<Object>> list(const std::string& prefix) = 0;
  /// Removes the object; a missing one is fine.
  virtual Result<void> remove(const std::string& key) = 0;
  /// Returns the number of unfinished uploads that began before `time`, and removes them unless `only_count` is set.
  virtual Result<std::uint64_t> remove_unfinished(std::int64_t time, bool only_count) = 0;
  /// Returns the time by the store's clock, in seconds since 1970.
  virtual Result<std::int64_t> now() = 0;
  /// Tries what only this kind of store has, with an object of this key.
  virtual std::vector<Finding> try_out(const std::string& /*key*/) { return {}; }
  /// Opens the file that has the object's content; nullopt if the store is on another machine. An Error if there is
  /// none.
  virtual Result<std::optional<fs::Source>> open_local(const std::string& /*key*/) {
    return std::optional<fs::Source>();
  }
  /// Names the service's address, scheme://host[:port], for clients that know it by another one. Call it before the
  /// first url_for(). ErrorCode::usage for another text.
  virtual Result<void> set_public_url(const std::string& /*url*/) { return {}; }
  /// Returns a URL by which a client gets the object itself during the next `seconds`; "" if the store has none.
  virtual Result<std::string> url_for(const std::string& /*key*/, std::uint32_t /*seconds*/) { return ""; }
  /// Returns a sentence for people if the store may not be the one that they mean; "" otherwise.
  virtual std::string caution() const { return ""; }
  /// Makes running calls of other threads end soon, with an Error, and later calls but remove() fail.
  virtual void stop() {}
};

/// What open() does if the folder of a store is missing.
enum class IfMissing {
  fail,
  make,
  read_as_empty,  ///< find() and get() find nothing; nothing is written
};

/// Opens the store that a user names: "s3://bucket/prefix" or a folder. ErrorCode::usage for a wrong name or missing
/// credentials.
Result<std::unique_ptr<Store>> open(const Environment& environment, std::string_view name, IfMissing if_missing);

}  // namespace hubcache::store

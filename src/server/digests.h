// The SHA-256 of files that are served: what is known already, and what has to be computed.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "repo/local_tree.h"

namespace hubcache::server {

/// Safe from several threads.
class Digests {
 public:
  /// "" where it is not known of this state of the file.
  std::string known(const std::filesystem::path& file, const FileStamp& stamp) const;
  /// Reads the file; "" where that fails, or the file changes meanwhile.
  std::string compute(const std::filesystem::path& file);

 private:
  struct Known {
    FileStamp stamp;
    std::string sha256;
  };
  mutable std::mutex mutex_;
  std::map<std::filesystem::path, Known> known_;
};

}  // namespace hubcache::server

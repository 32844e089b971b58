// Computes the digests of files that clients download.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "hub/dialect.h"
#include "hub/repo_file.h"

namespace hubcache::hub {

/// Computes the digest of one large file at a time, since a computation uses all idle cores, and since small files and
/// listings wait for the same threads. Used on the server's thread only.
class DigestQueue {
 public:
  using Then = std::function<void(const std::string& sha256)>;

  /// Calls `then` with the file's SHA-256; "" if reading fails or the file changes meanwhile. Requests for the same
  /// large file wait for the same computation: a client repeats its request if the first byte takes longer than 60 s.
  void compute(Services& services, const SeenFile& file, Then then);

 private:
  struct Job {
    SeenFile file;
    std::vector<Then> waiting;
  };
  void run_first(Services& services);

  std::deque<Job> jobs_;  ///< the large files; the first one is being read
};

}  // namespace hubcache::hub

// A file with certificates for the command of `hubcache run`.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "fs/descriptor.h"

namespace hubcache::local_hub {

class BundleFile {
 public:
  /// Writes the file in a new folder in $TMPDIR, or in /tmp, that only this user can open.
  static Result<BundleFile> make(const Environment& environment, std::string_view certificates);
  BundleFile(BundleFile&&) = default;
  BundleFile& operator=(BundleFile&&) = delete;
  ~BundleFile();  ///< removes the file and the folder

  std::filesystem::path name() const { return folder_ / "certificates.pem"; }

 private:
  explicit BundleFile(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;  ///< "" after a move
  fs::Descriptor lock_;           ///< systemd-tmpfiles leaves a locked folder alone, however old it is
};

}  // namespace hubcache::local_hub

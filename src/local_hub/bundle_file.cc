#include "local_hub/bundle_file.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "base/language.h"
#include "fs/system_error.h"

namespace hubcache::local_hub {

Result<BundleFile> BundleFile::make(const Environment& environment, std::string_view certificates) {
  const std::string named = environment.get("TMPDIR").value_or("");
  const std::filesystem::path above = named.empty() ? "/tmp" : environment.working_folder / named;
  std::string pattern = (above / "hubcache-XXXXXX").native();
  if (!mkdtemp(pattern.data())) return fs::system_error(errno, say("create a folder in {}", above.native()));
  BundleFile made{std::filesystem::path(pattern)};
  made.lock_ = fs::Descriptor(open(pattern.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (made.lock_) flock(made.lock_.get(), LOCK_EX | LOCK_NB);
  const fs::Descriptor file(open(made.name().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file || !fs::write_whole(file.get(), certificates))
    return fs::system_error(errno, say("write {}", made.name().native()));
  return made;
}

BundleFile::~BundleFile() {
  if (folder_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(name(), ignored);
  std::filesystem::remove(folder_, ignored);
}

}  // namespace hubcache::local_hub

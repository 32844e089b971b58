#include "harness.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>

#include <unistd.h>

namespace hubcache::fuzz {
namespace {

class Folder {
 public:
  Folder() {
    const bool is_memory_there = access("/dev/shm", W_OK | X_OK) == 0;
    std::string name =
        (is_memory_there ? "/dev/shm" : std::filesystem::temp_directory_path().native()) + "/fuzz-XXXXXX";
    require(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

const std::filesystem::path& scratch_folder() {
  static const Folder folder;
  return folder.path();
}

void write(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << bytes;
  stream.close();
  require(stream.good());
}

}  // namespace hubcache::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hubcache::fuzz::take({reinterpret_cast<const char*>(data), size});
  return 0;
}

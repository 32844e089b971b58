// A store in a folder: on a file system that many machines share, or on a disk that is carried to another site.
#pragma once

#include <atomic>
#include <filesystem>

#include "fs/root.h"
#include "store/store.h"

namespace hubcache::store {

class FolderStore final : public Store {
 public:
  /// ErrorCode::failed for a missing folder with IfMissing::fail.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder, IfMissing if_missing);

  std::string name() const override { return folder_.native(); }
  Result<std::optional<Object>> find(const std::string& key) override;
  Result<std::optional<std::string>> get(const std::string& key, std::uint64_t most) override;
  Result<std::string> get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) override;
  Result<void> put(const std::string& key, std::string_view bytes) override;
  Result<bool> put_new(const std::string& key, std::string_view bytes) override;
  Result<bool> put_instead(const std::string& key, std::string_view expected, std::string_view bytes) override;
  Result<void> put_file(const std::string& key, const FileToPut& file, hash::Counter& counter) override;
  Result<std::vector<Object>> list(const std::string& prefix) override;
  Result<void> remove(const std::string& key) override;
  Result<std::uint64_t> remove_unfinished(std::int64_t time, bool only_count) override;
  Result<std::int64_t> now() override;
  Result<std::optional<fs::Source>> open_local(const std::string& key) override;
  std::string caution() const override;
  void stop() override { is_stopped_ = true; }

 private:
  explicit FolderStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<bool> has_repos() const;
  Result<void> check_is_there() const;

  std::filesystem::path folder_;
  std::atomic<bool> had_repos_ = false;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace hubcache::store

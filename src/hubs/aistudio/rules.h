// The rules of aistudio-sdk 0.3.x, and of clients that pass a folder of their own to it.
#pragma once

#include "hub/rules.h"

namespace hubcache::hub {

class AiStudioRules : public Rules {
 public:
  ClientSettings settings(const Environment& environment) const override;
  std::string_view wanted_sha256(const RemoteFile& remote, const ClientSettings& settings) const override;
  const Index* index() const override;
  Result<View> view(const Place& place) const override;
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const ClientSettings& settings,
                  Question question) const override;
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;
};

/// The rules for local_dir (file_download.create_temporary_directory_and_cache, 0.3.9): the cache is the folder itself,
/// no name is masked, `._tmp` is in the folder, and the SDK writes no `.mdl`.
class LocalDirRules final : public AiStudioRules {
 public:
  /// `writers`: see Written::by. Other versions of the client use the folder without the SDK.
  explicit LocalDirRules(std::string_view writers = {}) : writers_(writers) {}

  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;

 private:
  std::string_view writers_;
};

}  // namespace hubcache::hub

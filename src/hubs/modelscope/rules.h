// The rules of modelscope before 1.38: with its cache, or with local_dir.
#pragma once

#include "hub/rules.h"

namespace hubcache::hub {

class ModelScopeRules final : public Rules {
 public:
  /// `writers`: see Written::by. Other versions of the program use the folder without modelscope.
  explicit ModelScopeRules(std::string_view writers = {}) : writers_(writers) {}

  ClientSettings settings(const Environment& environment) const override;
  std::string_view wanted_sha256(const RemoteFile& remote, const ClientSettings& settings) const override;
  const Index* index() const override;
  Result<View> view(const Place& place) const override;
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const ClientSettings& settings,
                  Question question) const override;
  ObjectId id_of(const RemoteFile& file) const override { return file.last_change.value_or(file.sha); }
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;
  /// Clients from 1.38 on keep no index (modelscope-hub 0.5.1, _download.DownloadManager).
  bool replaces_without_record() const override { return true; }

 private:
  std::string_view writers_;
};

}  // namespace hubcache::hub

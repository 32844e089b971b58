// The rules of csghub-sdk.
#pragma once

#include "hub/rules.h"

namespace hubcache::hub {

struct CsgHubRules final : Rules {
  const Index* index() const override;
  Result<View> view(const Place& place) const override;
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const ClientSettings& settings,
                  Question question) const override;
  /// A client with another CSGHUB_CACHE on another file system, started in a working folder with a symlink to the
  /// place, writes its downloads through links into the user's files (shutil.move in file_download.py, 0.9.3). So
  /// hubcache makes such links only if the user names the kind.
  std::vector<LinkKind> link_order(bool) const override { return {LinkKind::reflink, LinkKind::copy}; }
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;
  std::vector<std::string> notes(const Environment& environment, const View& view) const override;
};

}  // namespace hubcache::hub

// The rules of csghub-sdk.
#pragma once

#include "hub/rules.h"

namespace hubcache::hub {

struct CsgHubRules final : Rules {
  const Index* index() const override;
  Result<View> view(const Place& place) const override;
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const ClientSettings& settings,
                  Question question) const override;
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;
  std::vector<std::string> notes(const Environment& environment, const View& view) const override;
};

}  // namespace hubcache::hub

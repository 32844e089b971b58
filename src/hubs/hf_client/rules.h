// The bases of the rules of huggingface_hub's clients: any, and those with the cache.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/rules.h"
#include "hubs/hf_client/cache.h"
#include "hubs/hf_client/offline.h"

namespace hubcache::hub::hf_client {

struct ClientRules : Rules {
  std::string version_in(const View& view, const RepoRef& repo) const override {
    return hf_client::version_in(view, repo);
  }
  ClientSettings settings(const Environment& environment) const override {
    return {.is_offline = !offline_variable(environment).empty()};
  }
  bool is_made_up(const RepoRef& repo, std::string_view version) const override {
    return hf_client::is_made_up(repo, version);
  }
  /// Returns the etag that Hugging Face's hub sends.
  ObjectId id_of(const RemoteFile& file) const override { return file.lfs_sha256.value_or(file.sha); }
  bool can_pin() const override { return false; }

 protected:
  /// Returns the verdict if the hub refuses the repo or the client does not ask it: huggingface_hub then uses the files
  /// that exist, and hf_hub_download raises an exception for the others (0.26.5 to 2.4.0). Returns nullopt otherwise.
  static std::optional<Verdict> without_hub(const FileFacts& facts, const RemoteFile& remote, Question question);
};

/// A file in blobs/ has the name that id_of() returns.
struct CacheRules : ClientRules {
  bool keeps_additions() const override { return true; }
  std::string absence_note(const RelPath& location) const override { return hf_client::absence_note(location); }
  std::vector<LinkKind> link_order(bool /*moves_by_rename*/) const override {
    return {LinkKind::reflink, LinkKind::hardlink, LinkKind::copy};
  }
  std::string_view objection(LinkKind kind) const override;
  Result<View> view(const Place& place) const override { return hf_client::view(place); }
  Verdict verdict(const FileFacts& facts, IndexState index, const RemoteFile& remote, const ClientSettings& settings,
                  Question question) const override;
  std::vector<MetadataFile> other_metadata(const Place&, const RevisionFacts& facts,
                                           const Standing& standing) const override {
    return metadata(facts, standing, optional_files());
  }
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override {
    return hf_client::is_damaged_metadata(name, bytes);
  }

 protected:
  /// Returns the files that programs request from the cache although a repo may lack them.
  virtual std::span<const std::string_view> optional_files() const { return {}; }
};

}  // namespace hubcache::hub::hf_client

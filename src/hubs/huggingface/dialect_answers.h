// The answers of Hugging Face's hub about an adopted repo: the fields that huggingface_hub reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hub/catalog.h"
#include "server/message.h"

namespace hubcache::hub::huggingface {

/// A refusal. `code` is what the client goes by (utils._http.hf_raise_for_status); "" for none.
server::Answer error(unsigned status, std::string_view message, std::string_view code);
server::Answer no_repo();
server::Answer no_revision(std::string_view revision);
server::Answer no_entry(std::string_view commit);

/// hf_api.ModelInfo, DatasetInfo.
server::Answer info(const CatalogRepo& repo, std::size_t revision, bool with_blobs);
/// One page; the next one's address is in the Link header. `folder` "" is the whole; 404 where there is none of that
/// name.
struct Page {
  bool recursive = false;
  std::size_t start = 0, limit = 1000;
};
server::Answer tree(const CatalogRepo& repo, std::size_t revision, std::string_view folder, Page page,
                    std::string_view url);
server::Answer paths_info(const CatalogRepo& repo, std::size_t revision, std::span<const std::string> paths);
/// Lists every revision as a branch.
server::Answer refs(const CatalogRepo& repo);

/// Headers of a file: what it is, at which commit.
std::string headers_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file);

}  // namespace hubcache::hub::huggingface

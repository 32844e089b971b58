// The answers of Hugging Face's hub about an adopted repo: the fields that huggingface_hub reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "server/catalog.h"
#include "server/message.h"

namespace hubcache::server::huggingface {

/// A refusal. `code` is what the client goes by (utils._http.hf_raise_for_status); "" for none.
Answer error(unsigned status, std::string_view message, std::string_view code);
Answer no_repo();
Answer no_revision(std::string_view revision);
Answer no_entry(std::string_view commit);

/// hf_api.ModelInfo, DatasetInfo.
Answer info(const CatalogRepo& repo, std::size_t revision, bool with_blobs);
/// One page; the next one's address is in the Link header. `folder` "" is the whole; 404 where there is none of that
/// name.
struct Page {
  bool recursive = false;
  std::size_t start = 0, limit = 1000;
};
Answer tree(const CatalogRepo& repo, std::size_t revision, std::string_view folder, Page page, std::string_view url);
Answer paths_info(const CatalogRepo& repo, std::size_t revision, std::span<const std::string> paths);
/// Every revision as a branch.
Answer refs(const CatalogRepo& repo);

/// Headers of a file: what it is, at which commit.
std::string headers_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file);

}  // namespace hubcache::server::huggingface

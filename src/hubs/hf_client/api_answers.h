// Answers about an adopted repo, in the format of the API of Hugging Face's hub, with the fields that huggingface_hub
// reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hub/catalog.h"
#include "server/message.h"

namespace hubcache::hub::hf_client {

/// Returns a refusal. `code` decides which exception the client raises (utils._http.hf_raise_for_status); "" for none.
server::Answer error(unsigned status, std::string_view message, std::string_view code);
server::Answer no_repo();
server::Answer no_revision(std::string_view revision);
server::Answer no_entry(std::string_view commit);

/// Returns the info that the client parses as hf_api.ModelInfo or DatasetInfo.
server::Answer info(const CatalogRepo& repo, std::size_t revision, bool with_blobs);
struct Page {
  bool recursive = false;
  std::size_t start = 0, limit = 1000;
};
/// Returns one page of the files in `folder`, with the address of the next page in the Link header. `folder`: "" is the
/// whole repo. 404 if the folder does not exist.
server::Answer tree(const CatalogRepo& repo, std::size_t revision, std::string_view folder, Page page,
                    std::string_view url);
server::Answer paths_info(const CatalogRepo& repo, std::size_t revision, std::span<const std::string> paths);
/// Lists every revision as a branch.
server::Answer refs(const CatalogRepo& repo);

/// Returns the hub's id of the file; a stable made-up one if the hub has not sent it.
std::string etag_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file);
/// Returns the headers that describe a file and name its commit.
std::string headers_of(const CatalogRepo& repo, std::size_t revision, const CatalogFile& file);

}  // namespace hubcache::hub::hf_client

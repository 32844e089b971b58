// Answers about an adopted repo, in the format of ModelScope's hub, with the fields that modelscope reads (samples are
// in test/data/modelscope).
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hub/catalog.h"
#include "hub/served_digests.h"
#include "hub/served_listing.h"
#include "hubs/modelscope/dialect_request.h"
#include "server/message.h"

namespace hubcache::hub::modelscope_api {

/// Returns the 404 for an unknown repo, revision or file. A client since 1.38 takes every answer with HTTP status 200
/// as a success, whatever its `Code` is (_legacy_api.LegacyClient._json_data, modelscope-hub 0.5.1).
server::Answer not_found();
/// Returns an error of hubcache's own.
server::Answer error(unsigned status, std::string_view message);

/// Names no other address: the client then downloads from the local hub.
server::Answer acceleration();

/// Returns the made-up number of an adopted repo, which stays the same.
std::uint64_t number_of(const CatalogRepo& repo);
server::Answer info(const CatalogRepo& repo);
/// Lists every revision as a branch. Clients choose the newest tag that is older than the client, so the answer has no
/// tags.
server::Answer revisions(const CatalogRepo& repo);

/// Local files whose digest the last listing lacked.
using WithoutDigest = std::unordered_set<const CatalogFile*>;
/// Digests that were computed for a request. The digest cache does not keep those of files that have just changed.
using ComputedDigests = std::unordered_map<const CatalogFile*, std::string>;

/// Returns a part of the listing, with the present sizes of local files, and their digests if they are known. 404 if
/// the folder is missing. Updates `without_digest`. `computed`: used for files that the cache does not know.
server::Answer listing(const CatalogRepo& repo, ServedDigests& digests, const Entries& listing, const Part& part,
                       WithoutDigest& without_digest, const ComputedDigests& computed = {});

}  // namespace hubcache::hub::modelscope_api

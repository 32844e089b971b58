// Answers about an adopted repo, in the format of CSGHub's hub, with the fields that csghub-sdk reads (a sample is in
// test/data/csghub).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "hub/catalog.h"
#include "hub/dialect.h"
#include "hub/served_listing.h"
#include "server/message.h"

namespace hubcache::hub::csghub_api {

server::Answer error(unsigned status, std::string_view message);
inline server::Answer not_found() { return error(404, "not found"); }

/// Returns the answer to `revision`: the names of the files.
server::Answer info(const CatalogRepo& repo, std::size_t revision, const Entries& listing);

/// Passes the request to the upstream; offline, refuses it. If the upstream cannot be reached, calls `without_hub`; if
/// that is empty, answers with an error.
void leave(const std::shared_ptr<server::Exchange>& exchange, Services& services,
           std::function<void()> without_hub = {});

}  // namespace hubcache::hub::csghub_api

// The parts of the invented hub.
#pragma once

#include <memory>

#include "hub/dialect.h"
#include "hub/target.h"

namespace hubcache::hub {

Result<std::string> shelf_address(const Environment& environment);
Result<Listing> list_shelf(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                           const Local& local);
const Target& shelf();
std::unique_ptr<Dialect> make_shelf_dialect();

}  // namespace hubcache::hub

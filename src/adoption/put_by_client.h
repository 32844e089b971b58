// Gathers which files a client has put into a place without a record in its index (Rules::replaces_without_record): the
// content tells.
#pragma once

#include <hubcache/environment.h>

#include "adoption/sites.h"
#include "hub/view.h"
#include "record/record.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// Adds to View::put_by_client the files of an adoption in place that are neither the adopted files nor copies of them,
/// and that have the hub's content: that of `listing`, or that of the hub when the repo was adopted. `listing`: nullptr
/// if the hub was not asked. Reads the files whose size and digest do not rule that out.
void find_put_by_client(const Environment& environment, const Site& site, const record::Record& record,
                        const RemoteTree* listing, hub::View& view);

/// True if the place has another file than an adopted one, and the record does not tell whether it is the user's newer
/// file or a newer file of the hub.
bool has_file_of_unknown_origin(const Site& site, const record::Record& record, const hub::View& view);

}  // namespace hubcache::adoption

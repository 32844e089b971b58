// The words of the report of `hubcache status` that its JSON has, too.
#pragma once

#include <string>

#include <hubcache/status.h>

#include "adoption/text_table.h"

namespace hubcache::adoption {

/// Returns the text of the column HUB. `outlook`: of one revision.
std::string hub_text(const Outlook& outlook);

/// Returns the cell of the column NEXT RUN. `outlook`: of one revision of the repo.
Cell next_run(const RepoStatus& repo, const Outlook& outlook);

}  // namespace hubcache::adoption

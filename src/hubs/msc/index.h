// The index `.msc`: a pickled list of {'Path': str, 'Revision': str}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "hub/index.h"
#include "hub/view.h"

namespace hubcache::hub::msc {

/// Parses an index. An Error if the client's pickle.load, or its loops over the list, would fail immediately.
Result<std::vector<IndexRecord>> read_index(std::string_view bytes);

/// See Index::edited.
std::string edited_index(const View& view, const RecordEdits& edits);

}  // namespace hubcache::hub::msc

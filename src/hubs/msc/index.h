// The index `.msc`: a pickled list of {'Path': str, 'Revision': str}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "hub/index.h"
#include "hub/view.h"
#include "pickle/writer.h"

namespace hubcache::hub::msc {

/// Parses an index. An Error if the client's pickle.load, or its loops over the list, would fail immediately.
Result<std::vector<IndexRecord>> read_index(std::string_view bytes);

/// Returns the records of the view's index after these edits, for any format. Their texts are those of the view and of
/// the edits.
std::vector<pickle::Record> edited_records(const View& view, const RecordEdits& edits);

/// See Index::edited.
std::string edited_index(const View& view, const RecordEdits& edits);

}  // namespace hubcache::hub::msc

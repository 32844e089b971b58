// Converts a record's lines to and from JSON. Reading throws std::exception, whose text says what is wrong with the
// line.
#pragma once

#include <nlohmann/json.hpp>

#include "record/record.h"

namespace hubcache::record {

/// Returns the first line: everything except the entries.
nlohmann::json header_to_json(const Record& record);
Record header_from_json(const nlohmann::json& value);

nlohmann::json entry_to_json(const Entry& entry);
Entry entry_from_json(const nlohmann::json& value);

}  // namespace hubcache::record

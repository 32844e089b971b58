// Parts that several pages have.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "local_hub/html.h"

namespace hubcache::local_hub {

/// A row of a table; the cells are complete.
Html table_row(std::initializer_list<Html> cells);
/// A table that scrolls by itself if the window is too narrow.
Html table(std::initializer_list<Html> head, const Html& rows);
Html head_cell(const std::string& name, bool is_number = false);
Html cell(const Html& content);
Html number_cell(const std::string& value);

/// Returns the number with commas, or a dash if it is unknown.
std::string shown(std::optional<std::uint64_t> number);
std::string shown_size(std::optional<std::uint64_t> bytes);
/// Returns the time in UTC; a dash for 0.
std::string shown_time(std::int64_t time);
/// Lines that users copy.
Html commands(std::initializer_list<std::string> lines);

}  // namespace hubcache::local_hub

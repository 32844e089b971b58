// Formats a text table: each column is as wide as its widest cell, with two spaces between columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::adoption {

enum class Style { plain, bold, good, warn, bad };

/// Returns the text made safe for a terminal (base/text.h), in the style's colour if `colour` is set.
std::string styled(std::string_view text, Style style, bool colour);

/// Returns the width in screen columns as fmt estimates it: two for a wide character.
std::size_t width_of(std::string_view utf8);

/// Returns the longest beginning of the text that fits into `columns`, with "…" if something is left out.
std::string shortened(std::string_view utf8, std::size_t columns);

struct Cell {
  std::string text;
  Style style = Style::plain;
};

struct Column {
  std::string_view title;
  bool is_right = false;       ///< right-aligned: numbers
  std::size_t can_go = 0;      ///< not 0: the column is left out if the table is too wide; higher numbers first
  std::size_t shrinks_to = 0;  ///< not 0: the column is shortened to at least this width if the table is still too wide
};

class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Adds a row; pass one cell for each column. `lines_below`: whole lines to print under the row, not shortened.
  void add(std::vector<Cell> cells, std::string lines_below = "");
  /// Returns the table. `width`: terminal columns; 0: no limit.
  std::string text(std::size_t width, bool colour, std::string_view indent = "") const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string lines_below;
  };
  /// Returns the width of each column, 0 for a column that is left out.
  std::vector<std::size_t> widths(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace hubcache::adoption

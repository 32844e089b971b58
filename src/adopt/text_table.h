// A table for people: columns of the width that their widest cell needs, two spaces between them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::adoption {

enum class Style { plain, bold, good, warn, bad };

/// The text, fit for a terminal (base/text.h), in the style's colour if `colour` is set.
std::string styled(std::string_view text, Style style, bool colour);

/// Columns on a screen, as fmt estimates them: two for a wide character.
std::size_t width_of(std::string_view utf8);

/// The beginning of the text that fits into so many columns, with "…" where something is left out.
std::string shortened(std::string_view utf8, std::size_t columns);

struct Cell {
  std::string text;
  Style style = Style::plain;
};

struct Column {
  std::string_view title;
  bool is_right = false;       ///< right-aligned: numbers
  std::size_t can_go = 0;      ///< not 0: left out where the table is too wide; higher numbers first
  std::size_t shrinks_to = 0;  ///< not 0: shortened to no less than this where the table is still too wide
};

class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns. `lines_below`: whole lines under the row, not cut.
  void add(std::vector<Cell> cells, std::string lines_below = "");
  /// `width`: columns of the terminal; 0: no limit.
  std::string text(std::size_t width, bool colour, std::string_view indent = "") const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string lines_below;
  };
  /// For each column, 0 where it is left out.
  std::vector<std::size_t> widths(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace hubcache::adoption

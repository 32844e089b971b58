#include "adoption/text_table.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"

namespace hubcache::adoption {
namespace {

constexpr std::size_t gap = 2;

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::bold: return "\033[1m";
    case Style::good: return "\033[32m";
    case Style::warn: return "\033[33m";
    case Style::bad: return "\033[31m";
  }
  return "";
}

std::size_t total(const std::vector<std::size_t>& widths) {
  const auto shown =
      static_cast<std::size_t>(std::ranges::count_if(widths, [](std::size_t width) { return width > 0; }));
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + (shown > 0 ? gap * (shown - 1) : 0);
}

std::string padded(const Cell& cell, const Column& column, std::size_t width, bool is_last, bool colour) {
  const std::string text = shortened(cell.text, width);
  const std::string spaces(width - std::min(width, width_of(text)), ' ');
  const std::string shown = styled(text, cell.style, colour);
  if (column.is_right) return spaces + shown;
  return is_last ? shown : shown + spaces;
}

}  // namespace

std::string styled(std::string_view text, Style style, bool colour) {
  const std::string safe = for_terminal(text);
  const std::string_view code = colour ? code_of(style) : "";
  return code.empty() ? safe : std::string(code) + safe + "\033[0m";
}

std::size_t width_of(std::string_view utf8) {
  // fmt pads by the width on the screen, which is never more than the number of bytes.
  return 2 * utf8.size() - fmt::formatted_size("{:<{}}", utf8, utf8.size());
}

std::string shortened(std::string_view utf8, std::size_t columns) {
  if (width_of(utf8) <= columns) return std::string(utf8);
  std::size_t end = 0;
  for (std::size_t next = 0; next < utf8.size(); end = next) {
    do ++next;
    while (next < utf8.size() && (static_cast<unsigned char>(utf8[next]) & 0xC0) == 0x80);
    if (width_of(utf8.substr(0, next)) + 1 > columns) break;
  }
  return std::string(utf8.substr(0, end)) + "…";
}

void TextTable::add(std::vector<Cell> cells, std::string lines_below) {
  rows_.push_back({std::move(cells), std::move(lines_below)});
}

std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(width_of(columns_[i].title));
    for (const Row& row : rows_) widths[i] = std::max(widths[i], width_of(row.cells[i].text));
  }
  while (width > 0 && total(widths) > width) {
    std::size_t goes = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool is_next = goes == columns_.size() || columns_[i].can_go > columns_[goes].can_go;
      if (widths[i] > 0 && columns_[i].can_go > 0 && is_next) goes = i;
    }
    if (goes == columns_.size()) break;
    widths[goes] = 0;
  }
  for (std::size_t i = 0; width > 0 && i < columns_.size(); ++i) {
    const std::size_t too_much = total(widths) - std::min(total(widths), width);
    if (columns_[i].shrinks_to > 0 && widths[i] > columns_[i].shrinks_to)
      widths[i] -= std::min(too_much, widths[i] - columns_[i].shrinks_to);
  }
  return widths;
}

std::string TextTable::text(std::size_t width, bool colour, std::string_view indent) const {
  const auto widths = this->widths(width > indent.size() ? width - indent.size() : width);
  const auto line = [&](const auto& cell_of) {
    std::string text(indent);
    std::size_t last = widths.size();
    while (last > 1 && widths[last - 1] == 0) --last;
    for (std::size_t i = 0; i < last; ++i) {
      if (widths[i] == 0) continue;
      if (text.size() > indent.size()) text.append(gap, ' ');
      text += padded(cell_of(i), columns_[i], widths[i], i + 1 == last, colour);
    }
    return text + "\n";
  };
  std::string text = line([&](std::size_t i) { return Cell{std::string(columns_[i].title), Style::bold}; });
  for (const Row& row : rows_) text += line([&](std::size_t i) { return row.cells[i]; }) + row.lines_below;
  return text;
}

}  // namespace hubcache::adoption

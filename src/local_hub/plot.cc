#include "local_hub/plot.h"

#include <algorithm>

#include <fmt/format.h>

namespace hubcache::local_hub {
namespace {

constexpr unsigned bar_width = 4, height = 48;

}  // namespace

Html plot(const std::vector<std::uint64_t>& values, const std::string& label) {
  const std::uint64_t most = values.empty() ? 0 : std::ranges::max(values);
  Html bars;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    const double share = static_cast<double>(values[i]) / static_cast<double>(most);
    const double bar = std::max(1.0, share * height);
    bars += element("rect",
                    {{"x", std::to_string(i * bar_width)},
                     {"y", fmt::format("{:.1f}", height - bar)},
                     {"width", std::to_string(bar_width - 1)},
                     {"height", fmt::format("{:.1f}", bar)}},
                    {});
  }
  const std::size_t width = values.size() * bar_width;
  bars += element(
      "rect",
      {{"class", "axis"}, {"x", "0"}, {"y", std::to_string(height)}, {"width", std::to_string(width)}, {"height", "1"}},
      {});
  return element("svg",
                 {{"viewBox", fmt::format("0 0 {} {}", width, height + 1)},
                  {"width", std::to_string(width)},
                  {"height", std::to_string(height + 1)},
                  {"role", "img"},
                  {"aria-label", label}},
                 bars);
}

}  // namespace hubcache::local_hub

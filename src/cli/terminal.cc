#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace hubcache::cli {

bool wants_colour(const Environment& environment, int descriptor) {
  return isatty(descriptor) && environment.get("NO_COLOR").value_or("").empty() && environment.get("TERM") != "dumb";
}

std::size_t terminal_width(int descriptor) {
  if (!isatty(descriptor)) return 0;
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace hubcache::cli

#include "cli/ask.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "base/text.h"
#include "cli/tell.h"

namespace hubcache::cli {

bool can_ask() { return isatty(STDIN_FILENO) != 0; }

bool ask(std::string_view question) {
  std::fprintf(stderr, "%s [y/N] ", for_terminal(question).c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

bool confirm(std::string_view question) {
  if (can_ask()) return ask(question);
  complain(question);
  return false;
}

}  // namespace hubcache::cli

// usage: make_man FOLDER: writes the man pages of the command and its subcommands, from the texts of --help, into FOLDER.
// docs/man has them, because a wheel for another architecture is built on a machine that cannot run its command.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/application.h"
#include "cli/man.h"

int main(int count, char** words) {
  using namespace hubcache::cli;
  if (count != 2) {
    std::fprintf(stderr, "usage: make_man FOLDER\n");
    return 2;
  }
  const Application application;
  std::vector<const CLI::App*> commands = subcommands_of(application.app());
  commands.push_back(&application.app());
  for (const CLI::App* command : commands) {
    std::ofstream file(std::filesystem::path(words[1]) / (man_page_name(*command) + ".1"), std::ios::binary);
    file << man_page(*command);
    if (!file.flush()) {
      std::fprintf(stderr, "make_man: cannot write to %s\n", words[1]);
      return 1;
    }
  }
  return 0;
}

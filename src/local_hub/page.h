// The pages of a hub for browsers. They have no script and load nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/repo.h>

#include "local_hub/figures.h"
#include "local_hub/html.h"
#include "local_hub/metrics.h"
#include "server/message.h"

namespace hubcache::local_hub {

/// The answer with a page. `reloads`: the browser loads it again every ten seconds.
server::Answer page_answer(unsigned status, const std::string& title, const Html& body, bool reloads);

/// One revision of a repo.
struct RepoRow {
  std::string name;  ///< as users type it
  RepoType type = RepoType::model;
  std::string revision, commit;
  std::optional<std::uint64_t> files = {}, bytes = {};  ///< nullopt: unknown
  std::string state;                                    ///< "" if all is well; a sentence for people
  std::string source;                                   ///< the store, or this machine
  std::string published_by = {};                        ///< "" if it is unknown
  std::int64_t time = 0;  ///< when it was published, in seconds since 1970; 0 if it is unknown
};

struct FrontPage {
  std::string root;         ///< the hub's address
  std::string environment;  ///< the command for client machines
  std::vector<RepoRow> rows;
  std::vector<std::string> notes;  ///< sentences about stores
};
Html front_page(const FrontPage& page, const Figures& figures, const HubState& state);

struct RepoPage {
  RepoRow row;
  std::string environment;  ///< the command for client machines
  std::string program;      ///< the command that gets the repo; "" if there is none
  struct File {
    std::string path;
    std::uint64_t size = 0;
    std::string sha256;  ///< "" if it is unknown
  };
  std::vector<File> files;                   ///< those to show
  std::size_t first = 0, all = 0;            ///< number of the first one, and of all files of the repo
  static constexpr std::size_t most = 1000;  ///< files to show at once
};
Html repo_page(const RepoPage& page);

/// Returns the address of a repo's page, relative to the front page.
std::string link_to(const RepoRow& row, std::size_t first_file = 0);

}  // namespace hubcache::local_hub

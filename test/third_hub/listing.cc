#include <algorithm>
#include <sstream>

#include "base/try.h"
#include "http/client.h"
#include "third_hub/parts.h"

namespace hubcache::hub {

Result<Listing> list_shelf(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                           const Local&) {
  const std::string address = TRY(shelf_address(environment));
  http::Client client(connections, environment, address, "");
  const std::string url = address + "/list/" + repo.id.str() + "/" + repo.revision.str();
  const http::Answer answer = TRY(client.get(url));
  if (answer.status != 200) {
    Error error{ErrorCode::hub, url + ": repo not found", "check the id"};
    error.refused = answer.status == 404;
    return error;
  }
  Listing listing;
  std::istringstream lines(answer.body);
  std::string word;
  lines >> word >> listing.tree.version;
  std::string sha, path;
  std::uint64_t size = 0;
  while (lines >> sha >> size >> path)
    listing.tree.files.push_back({TRY(RelPath::parse(path)), TRY(ObjectId::parse(sha)), size, {}, {}});
  std::ranges::sort(listing.tree.files, {}, &RemoteFile::path);
  listing.requests = client.requests_made();
  return listing;
}

}  // namespace hubcache::hub

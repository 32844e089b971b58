#include "hubs/csghub/answer.h"

#include "base/language.h"
#include "base/try.h"
#include "hub/json.h"
#include "hub/lfs_entry.h"

namespace hubcache::hub {
namespace {

namespace dom = json::dom;

Result<Entry> read_sibling(const dom::element& line) {
  dom::object object;
  if (line.get(object)) return json::unusable(say("a list with items that are not objects"));
  Entry entry;
  entry.path = TRY(json::text_of(object, "rfilename"));
  entry.kind = Entry::Kind::file;
  entry.sha = json::sha_of(object, "blobId");
  entry.size = json::number_of(object, "size").value_or(0);
  TRY(read_lfs(object, "sha256", entry));
  return entry;
}

}  // namespace

/// The client requires `sha` and `siblings` (snapshot_download, csghub-sdk 0.9.3). For a data set, csghub-server sends
/// the name of the default branch as `sha` (component/repo.go, SDKListFiles, commit c1ada0e).
Result<CsgHubInfo> read_csghub_info(const std::string& body) {
  dom::parser parser;
  const dom::object object = TRY(json::parse_object(parser, body));
  dom::array siblings;
  if (object["siblings"].get(siblings)) return json::wrong("siblings");
  TRY(json::text_of(object, "sha"));
  CsgHubInfo info;
  if (const auto commit = json::sha_of(object, "sha")) info.commit = commit->str();
  info.entries.reserve(siblings.size());
  for (const dom::element& line : siblings) info.entries.push_back(TRY(read_sibling(line)));
  return info;
}

std::string read_csghub_error(const std::string& body) {
  dom::parser parser;
  const auto object = json::parse_object(parser, body);
  const auto message = object ? json::text_of(*object, "msg") : Result<std::string>(object.error());
  return message ? *message : "";
}

}  // namespace hubcache::hub

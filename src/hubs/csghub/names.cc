#include "hubs/csghub/names.h"

#include "base/language.h"

namespace hubcache::hub {
namespace {

bool is_folder(const Entry& entry) { return entry.kind == Entry::Kind::folder; }

/// ModelFileSystemCache (cache.py, 0.9.3) keeps its metadata in these names, in the folder from which hubcache makes
/// the client take the files.
bool is_metadata(std::string_view path) {
  const auto first = path.substr(0, path.find('/'));
  return first == ".msc" || first == ".mdl" || first == ".mv" || first == "._hubcache";
}

std::string_view nothing_more(std::string_view) { return ""; }

}  // namespace

const SiftRules csghub_names{is_folder, is_metadata,
                             marked("csghub-sdk would download it over its own index or over hubcache's record"),
                             nothing_more};

}  // namespace hubcache::hub

#include "hubs/modelscope/names.h"

#include "base/language.h"

namespace hubcache::hub {
namespace {

std::string_view first_part(std::string_view path) { return path.substr(0, path.find('/')); }

bool is_dropped(const Entry& entry) { return entry.kind == Entry::Kind::folder; }

/// ModelFileSystemCache keeps its metadata in the first three names, in the folder of the files. hubcache keeps the
/// record of a local_dir in the last name.
bool is_metadata(std::string_view path) {
  const auto first = first_part(path);
  return first == ".msc" || first == ".mdl" || first == ".mv" || first == "._hubcache";
}

std::string_view why_left_out(std::string_view path) {
  return first_part(path) == "._____temp" ? translated("it is in the client's temporary folder") : "";
}

}  // namespace

const SiftRules modelscope_names{is_dropped, is_metadata,
                                 marked("modelscope would download it over its own index or over hubcache's record"),
                                 why_left_out, false};

bool is_dropped_from_models(std::string_view path) {
  const auto slash = path.rfind('/');
  const std::string_view name = slash == path.npos ? path : path.substr(slash + 1);
  return name == ".gitignore" || name == ".gitattributes";
}

}  // namespace hubcache::hub

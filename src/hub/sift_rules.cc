#include "hub/sift.h"

namespace hubcache::hub {
namespace {

std::string_view first_part(std::string_view path) { return path.substr(0, path.find('/')); }

bool is_dropped_by_aistudio(const Entry& entry) {
  return entry.kind == Entry::Kind::folder || entry.path == ".gitignore" || entry.path == ".gitattributes";
}

/// ModelFileSystemCache keeps its index in the first three, in the very folder that it downloads to; of a local_dir
/// hubcache's own record lies in the last.
bool is_metadata_of_aistudio(std::string_view path) {
  const auto first = first_part(path);
  return first == ".msc" || first == ".mdl" || first == ".mv" || first == "._hubcache";
}

std::string_view why_left_out_of_aistudio(std::string_view path) {
  return first_part(path) == "._tmp" ? "it lies in the client's folder of temporary files" : "";
}

bool is_folder(const Entry& entry) { return entry.kind == Entry::Kind::folder; }

/// Of a local_dir; a snapshot in the cache keeps its metadata elsewhere. The hub itself refuses such an upload
/// (huggingface_hub._commit_api, FORBIDDEN_FOLDERS).
bool is_metadata_of_huggingface(std::string_view path) { return path.starts_with(".cache/huggingface/"); }

std::string_view nothing_more(std::string_view) { return ""; }

}  // namespace

const SiftRules aistudio_names{
    is_dropped_by_aistudio, is_metadata_of_aistudio,
    "the AI Studio SDK would download it over its own index of the cache, or over hubcache's", why_left_out_of_aistudio,
    true};

const SiftRules huggingface_names{is_folder, is_metadata_of_huggingface,
                                  "huggingface_hub keeps its own metadata under that name in a local_dir",
                                  nothing_more};

}  // namespace hubcache::hub

#include "hubs/huggingface/names.h"

#include "base/language.h"

namespace hubcache::hub {
namespace {

bool is_folder(const Entry& entry) { return entry.kind == Entry::Kind::folder; }

/// Whether the path is that of the client's metadata in a local_dir; the cache keeps its metadata elsewhere. The hub
/// refuses uploads of such files (huggingface_hub._commit_api, FORBIDDEN_FOLDERS).
bool is_metadata(std::string_view path) { return path.starts_with(".cache/huggingface/"); }

std::string_view nothing_more(std::string_view) { return ""; }

}  // namespace

const SiftRules huggingface_names{is_folder, is_metadata,
                                  marked("huggingface_hub keeps its own metadata under that name in a local_dir"),
                                  nothing_more};

}  // namespace hubcache::hub

#include "hubs/hf_client/rules.h"

#include <algorithm>

#include "base/language.h"

namespace hubcache::hub::hf_client {
namespace {

/// utils/_cache_manager.py, DeleteCacheStrategy, deletes the targets of a snapshot's symlinks.
constexpr std::string_view deleted_through =
    marked("hf cache rm deletes the target of a symlink in the cache: your own file");
constexpr std::string_view no_cache_in_place =
    marked("the client's cache does not store files under their repo paths alone");

}  // namespace

std::optional<Verdict> ClientRules::without_hub(const FileFacts& facts, const RemoteFile& remote, Question question) {
  const bool is_refused = remote.single_file_raises == Reason::refused;
  if (!is_refused && question != Question::local_only) return std::nullopt;
  if (facts.file && facts.file->exists) return Verdict{Action::accepts, Reason::file_there, false};
  return Verdict{Action::raises, is_refused ? Reason::refused : Reason::file_missing, false};
}

std::string_view CacheRules::objection(LinkKind kind) const {
  if (kind == LinkKind::in_place) return no_cache_in_place;
  return kind == LinkKind::symlink ? deleted_through : "";
}

/// Models huggingface_hub._snapshot_download and file_download._hf_hub_download_to_cache_dir: the client uses an
/// existing file without reading it.
Verdict CacheRules::verdict(const FileFacts& facts, IndexState, const RemoteFile& remote, const ClientSettings&,
                            Question question) const {
  if (const auto verdict = without_hub(facts, remote, question)) return *verdict;
  if (facts.file && facts.file->exists) return {Action::accepts, Reason::file_there, false};
  const auto* state = static_cast<const CacheState*>(facts.client_state);
  const bool has_blob = state && std::ranges::binary_search(state->blobs, id_of(remote).str());
  if (has_blob) return {Action::accepts, Reason::blob_there, false};
  return {Action::downloads, facts.file ? Reason::dangling_link : Reason::file_missing, false};
}

}  // namespace hubcache::hub::hf_client

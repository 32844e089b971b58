// Reads places of huggingface_hub whose refs, listings and metadata have any content.
#include <string>
#include <string_view>

#include "harness.h"
#include "hubs/hf_client/cache.h"
#include "hubs/registry.h"

namespace hubcache::fuzz {
namespace {

using namespace hub;

constexpr std::string_view commit = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A ref counts only if it is a commit; and the ref that is written into a place is accepted in it.
void check_cache(std::string_view ref, std::string_view listing) {
  const auto root = scratch_folder() / "models--me--model";
  write(root / "refs" / "main", ref);
  write(root / "trees" / (std::string(commit) + ".json"), listing);
  write(root / "snapshots" / commit / "config.json", "{}");
  Place place;
  place.root = root;
  const auto view = hf_client::view(place);
  require(view.has_value());
  require(view->file(hf_client::snapshot_folder(commit) + "config.json") != nullptr);
  const RepoRef repo{RepoType::model, RepoId::parse("me/model").value(), Revision::parse("main").value()};
  const std::string version = hf_client::version_in(*view, repo);
  require(hf_client::is_commit(version));
  require(hf_client::is_made_up(repo, version) || version == ref);
  require(hf_client::is_damaged_metadata("refs/main", ref) == !hf_client::is_commit(ref));
}

void check_local_dir(std::string_view metadata) {
  Place place;
  place.root = scratch_folder() / "local_dir";
  place.temporary = place.root / ".cache" / "huggingface";
  write(place.root / "config.json", "{}");
  write(place.temporary / "download" / "config.json.metadata", metadata);
  const auto view = hf_client::view_of_local_dir(place);
  require(view.has_value());
  require(view->index.size() <= 1);
  for (const IndexRecord& record : view->index) {
    require(record.path == "config.json");
    require(metadata.find(record.revision) != metadata.npos && record.revision.find('\n') == record.revision.npos);
  }
}

/// Each client's rule judges any metadata file.
void judge(std::string_view bytes) {
  for (const Target* target : hubs::targets()) {
    for (const std::string_view name : {"refs/main", "trees/x.json", ".no_exist/x/y", ".mv", ".mdl", "x.metadata"})
      static_cast<void>(target->rules.is_damaged_metadata(name, bytes));
  }
}

}  // namespace

/// The parts: a ref, a listing in trees/, the metadata of a file in a local_dir.
void take(std::string_view input) {
  const auto [ref, listing, metadata] = split<3>(input);
  check_cache(ref, listing);
  check_local_dir(metadata);
  judge(listing);
}

}  // namespace hubcache::fuzz

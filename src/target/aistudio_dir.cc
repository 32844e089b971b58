// aistudio-sdk 0.3.x with local_dir=DIR (file_download.create_temporary_directory_and_cache): the cache is DIR itself.
// Nothing is masked, `._tmp` lies inside, and the SDK writes no `.mdl` there.
#include "target/aistudio.h"

namespace hubcache::target {
namespace {

class AiStudioDir final : public Target {
 public:
  std::string_view name() const override { return "aistudio-dir"; }
  Result<Place> locate(const Environment&, RepoType, const RepoId&) const override {
    return Error{ErrorCode::usage, "the target aistudio-dir needs the folder that the program gives as local_dir", "name it with --place"};
  }
  std::optional<Place> place_in(const std::filesystem::path& folder) const override {
    Place place;
    place.root = folder;
    place.temporary = folder / "._tmp";
    place.record = folder / "._hubcache";
    return place;
  }
  Result<std::vector<std::pair<RepoId, Place>>> places(const Environment&, RepoType) const override { return {}; }
  Reader reader(const Environment& environment) const override { return aistudio().reader(environment); }
  Result<View> view(const Place& place) const override { return aistudio().view(place); }
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const Reader& reader,
                  Question question) const override {
    return aistudio().verdict(facts, state, remote, reader, question);
  }
  std::string edited_index(const View& view, std::span<const RecordEdit> edits) const override {
    return aistudio().edited_index(view, edits);
  }
  std::vector<MetadataFile> other_metadata(const Place& place, std::string_view version) const override {
    auto files = aistudio().other_metadata(place, version);
    std::erase_if(files, [](const MetadataFile& file) { return file.name == ".mdl"; });
    return files;
  }
  std::vector<std::string> own_names() const override { return aistudio().own_names(); }
  std::vector<std::string> own_names_at_top() const override { return aistudio().own_names_at_top(); }
  std::string_view index_name() const override { return aistudio().index_name(); }
};

}  // namespace

const Target& aistudio_dir() {
  static const AiStudioDir target;
  return target;
}

}  // namespace hubcache::target

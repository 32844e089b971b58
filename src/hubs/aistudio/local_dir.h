// Readers that give aistudio-sdk 0.3.x a folder of their own as local_dir. They differ only in which folder that is.
#pragma once

#include "hub/target.h"
#include "hubs/aistudio/hub.h"

namespace hubcache::hub {

/// Where such a reader looks: the functions of Target that LocalDir asks for it.
struct Whereabouts {
  std::string_view name;
  ClientNames client;
  Result<Place> (*locate)(const Environment&, RepoType, const RepoId&);
  Places (*places)(const Environment&, RepoType);
  Description (*describe)(const Environment&);
  std::optional<Place> (*place_in)(const std::filesystem::path&) = [](const std::filesystem::path&) {
    return std::optional<Place>();
  };
  std::string_view usual_reader = {};
  bool (*is_usual_for)(const RepoId&) = [](const RepoId&) { return false; };
  std::string_view writers = {};  ///< see Written::by: the other versions take the folder as it is, without the SDK
  RepoId (*repo_on_hub)(const RepoId&) = [](const RepoId& id) { return id; };
};

/// file_download.create_temporary_directory_and_cache (0.3.9): the cache is the folder itself. Nothing is masked,
/// `._tmp` lies inside, and the SDK writes no `.mdl` there.
class LocalDir final : public Target {
 public:
  explicit LocalDir(const Whereabouts& where) : where_(where) {}

  std::string_view name() const override { return where_.name; }
  const Hub& hub() const override { return aistudio_hub; }
  ClientNames client() const override { return where_.client; }
  std::string_view usual_reader() const override { return where_.usual_reader; }
  bool is_usual_for(const RepoId& id) const override { return where_.is_usual_for(id); }
  RepoId repo_on_hub(const RepoId& id) const override { return where_.repo_on_hub(id); }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return where_.locate(environment, type, id);
  }
  std::optional<Place> place_in(const std::filesystem::path& folder) const override { return where_.place_in(folder); }
  Places places(const Environment& environment, RepoType type) const override {
    return where_.places(environment, type);
  }
  Description describe(const Environment& environment) const override { return where_.describe(environment); }
  Reader reader(const Environment& environment) const override;
  const Index* index() const override;
  Result<View> view(const Place& place) const override;
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const Reader& reader,
                  Question question) const override;
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override;
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override;
  std::vector<Written> written_at_each_run(const Place& place) const override;
  std::vector<std::string> own_names() const override;
  std::vector<std::string> own_names_at_top() const override;

 private:
  Whereabouts where_;
};

/// A place in which `._tmp` lies inside.
Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record);

/// A place at folder/<owner>/<name>.
Result<Place> place_by_owner(const std::filesystem::path& folder, const RepoId& id);
/// The places of that kind that hubcache has adopted: `folder` may be a whole home, of which nothing else is looked at.
Places adopted_by_owner(const std::filesystem::path& folder);

}  // namespace hubcache::hub

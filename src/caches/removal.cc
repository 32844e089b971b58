#include "caches/removal.h"

#include "adoption/custody.h"
#include "adoption/gather.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/survey.h"
#include "hub/record_folder.h"
#include "record/origin.h"

namespace hubcache::caches {
namespace {

using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;

Result<bool> is_found(const fs::Name& name) { return TRY(fs::status_of(name)).kind != fs::Kind::missing; }

class Remover {
 public:
  explicit Remover(const ExaminedRepo& repo)
      : repo_(repo),
        record_(repo.place.record),
        custody_(repo.place.root, repo.place.record, {}, adoption::compact(adoption::now_iso8601())) {}

  Result<RemovedRepo> run(const RemovalPlan& plan) {
    const CancelScope to_the_end([] { return false; });
    const auto claim = TRY(adoption::Claim::take(repo_.place.record, record::Trust::own));
    if (TRY(is_found({record_, record::file_name})))
      return Error{ErrorCode::conflict, say("it was adopted meanwhile"), say("run the command again")};
    TRY(empty(plan.rest, ""));
    const OpenFiles open_files = OpenFiles::look();
    for (const PlannedFolder& planned : plan.folders) {
      if (std::string why = why_used(planned, planned.folder, open_files); !why.empty())
        return RemovedRepo{custody_.kept(), std::move(why)};
    }
    for (const PlannedFolder& planned : plan.folders) TRY(remove(planned));
    remove_name_link();
    return RemovedRepo{custody_.kept(), why_left_};
  }

 private:
  fs::Name removed(std::string_view name) const { return fs::Name(record_, hub::removed_folder) / name; }

  /// Returns why the folder stays if somebody uses it, at its present name `folder`.
  std::string why_used(const PlannedFolder& planned, const path& folder, const OpenFiles& open_files) const {
    const fs::Root root(folder);
    Obstacles found;
    found.process = user_of(planned, folder, open_files);
    found.lock = held_lock(planned, {root, ""});
    return why_left(found, repo_.place.root);
  }

  /// Moves the folder away by one rename: from then on, no other program finds it.
  Result<void> remove(const PlannedFolder& planned) {
    const fs::Root root(planned.folder);
    if (TRY(fs::status_of(fs::Name(root, ""))).kind != fs::Kind::folder) return {};
    TRY(fs::make_folders_below(record_, hub::removed_folder));
    const fs::Name moved = removed(planned.name);
    if (!TRY(fs::rename_away({root, ""}, moved)))
      return Error{ErrorCode::conflict, say("{} exists", in_quotes(moved.path().native())),
                   say("run the command again")};
    if (std::string why = why_used(planned, moved.path(), OpenFiles::look()); !why.empty()) {
      why_left_ = std::move(why);
      return put_back(planned, moved, {root, ""});
    }
    return empty(planned, planned.name);
  }

  /// Keeps the folder if the client has made a new one.
  Result<void> put_back(const PlannedFolder& planned, const fs::Name& moved, const fs::Name& folder) {
    if (!TRY(fs::rename_new(moved, folder))) TRY(custody_.keep(moved, std::string(planned.name)));
    return fs::remove_empty_folders(removed(""));
  }

  /// Deletes the planned entries in removed/`name`, and keeps all others.
  Result<void> empty(const PlannedFolder& planned, std::string_view name) {
    constexpr int most_passes = 3;  // another program may still put files into the folder that it has opened
    for (int pass = 0; pass < most_passes && TRY(is_found(removed(name))); ++pass) TRY(empty_once(planned, name));
    return fs::remove_empty_folders(removed(""));
  }

  Result<void> empty_once(const PlannedFolder& planned, std::string_view name) {
    std::vector<std::string> gone, others;
    const fs::Survey survey = TRY(fs::survey(removed(name), [&](const SurveyedEntry& entry) {
      if (entry.kind == fs::Kind::folder) return Descend::yes;
      const auto found = planned.files.find(std::string(entry.path));
      const bool is_planned = found != planned.files.end() && found->second == entry.stamp;
      (is_planned ? gone : others).emplace_back(entry.path);
      return Descend::no;
    }));
    if (!survey.unread.empty()) return survey.unread.front();
    const bool is_of_place = name.empty() || name == "place";
    for (const std::string& one : others)
      TRY(custody_.keep(removed(name) / one, is_of_place ? one : std::string(name) + "/" + one));
    for (const std::string& one : gone) TRY(fs::remove_file(removed(name) / one));
    return fs::remove_empty_folders(removed(name));
  }

  /// Removes the client's symlink from the name with dots to the folder that is gone.
  void remove_name_link() const {
    const auto& link = repo_.place.name_link;
    if (!link || !why_left_.empty()) return;
    const auto target = fs::read_symlink(link->name);
    if (target && path(*target) == link->target) static_cast<void>(fs::remove_file(link->name));
  }

  const ExaminedRepo& repo_;
  const fs::Root record_;
  adoption::Custody custody_;
  std::string why_left_;
};

}  // namespace

Result<RemovedRepo> remove(const ExaminedRepo& repo, const RemovalPlan& plan) { return Remover(repo).run(plan); }

}  // namespace hubcache::caches

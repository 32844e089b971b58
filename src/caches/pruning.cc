#include "caches/pruning.h"

#include <optional>
#include <set>

#include "adoption/custody.h"
#include "adoption/gather.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/lock.h"
#include "fs/real_path.h"
#include "fs/survey.h"
#include "hub/record_folder.h"
#include "record/origin.h"

namespace hubcache::caches {
namespace {

class Pruner {
 public:
  explicit Pruner(const LeftoverFiles& leftovers)
      : leftovers_(leftovers),
        root_(leftovers.root),
        record_(leftovers.record),
        custody_(leftovers.root, leftovers.record, {}, adoption::compact(adoption::now_iso8601())) {}

  Result<PrunedFiles> run() {
    const CancelScope to_the_end([] { return false; });
    const auto claim = TRY(adoption::Claim::take(leftovers_.record, record::Trust::own));
    if (leftovers_.what == Leftover::removed) TRY(remove_rest());
    else TRY(remove_files());
    TRY(fs::remove_empty_folders(fs::Name(record_, hub::removed_folder)));
    return PrunedFiles{custody_.kept(), left_};
  }

 private:
  Result<void> remove_files() {
    if (TRY(fs::status_of(fs::Name(record_, record::file_name))).kind != fs::Kind::missing)
      return Error{ErrorCode::conflict, say("it was adopted meanwhile"), say("run the command again")};
    TRY(fs::make_folders_below(record_, std::string(hub::removed_folder) + "/leftovers"));
    const bool is_shared = !leftovers_.repo && leftovers_.what == Leftover::unused_content;
    if (is_shared) {
      for (const LeftoverFile& file : leftovers_.files) TRY(remove_shared_content(file));
    } else {
      std::vector<const LeftoverFile*> files;
      files.reserve(leftovers_.files.size());
      for (const LeftoverFile& file : leftovers_.files) files.push_back(&file);
      TRY(remove_together(files));
    }
    remove_folders_of_client();
    return {};
  }

  /// The client publishes, uses and removes such a content under this lock.
  Result<void> remove_shared_content(const LeftoverFile& file) {
    const auto lock = fs::take_client_lock({root_, file.path + std::string(hub::lock_ending)});
    const std::uint64_t left_before = left_;
    if (lock) TRY(remove_together({&file}));
    else ++left_;
    const std::string_view list = leftovers_.target->layout.anatomy().shared_list;
    if (left_ == left_before && !list.empty()) TRY(fs::remove_file({root_, file.path + std::string(list)}));
    return {};
  }

  Result<void> remove_together(const std::vector<const LeftoverFile*>& files) {
    std::vector<const LeftoverFile*> moved;
    for (const LeftoverFile* file : files) {
      if (TRY(move_away(*file, moved.size()))) moved.push_back(file);
    }
    const OpenFiles open_files = OpenFiles::look();
    const LinkTargets targets = TRY(link_targets(leftovers_.users));
    for (std::size_t i = 0; i < moved.size(); ++i) TRY(settle(*moved[i], name_of(i), open_files, targets));
    return {};
  }

  fs::Name name_of(std::size_t number) const {
    return fs::Name(record_, hub::removed_folder) / ("leftovers/" + std::to_string(number));
  }

  /// Returns false if the file has gone, or is another one now, or is a lock that a client holds.
  Result<bool> move_away(const LeftoverFile& file, std::size_t number) {
    const fs::Name name(root_, file.path);
    const fs::Status status = TRY(fs::status_of(name));
    if (status.kind == fs::Kind::missing) return false;
    const bool is_held = leftovers_.what == Leftover::lock && fs::is_locked(name);
    const bool is_moved = status.stamp == file.stamp && !is_held && TRY(fs::rename_away(name, name_of(number)));
    left_ += is_moved ? 0 : 1;
    return is_moved;
  }

  Result<void> settle(const LeftoverFile& file, const fs::Name& moved, const OpenFiles& open_files,
                      const LinkTargets& targets) {
    const fs::Status status = TRY(fs::status_of(moved));
    const bool is_used = open_files.user_of(file.id) || open_files.user_below(fs::real_path(moved.path())) ||
                         (leftovers_.what == Leftover::lock && fs::is_locked(moved)) ||
                         targets.names.contains(root_.path_of(file.path).lexically_normal().native());
    if (!is_used && adoption::same_but_ctime(status.stamp, file.stamp)) return fs::remove_file(moved);
    ++left_;
    if (!TRY(fs::rename_new(moved, {root_, file.path}))) TRY(custody_.keep(moved, file.path));
    return {};
  }

  Result<void> remove_rest() {
    for (const LeftoverFile& file : leftovers_.files) {
      const fs::Name name(root_, file.path);
      const bool is_same = TRY(fs::status_of(name)).stamp == file.stamp;
      if (is_same) TRY(fs::remove_file(name));
      left_ += is_same ? 0 : 1;
    }
    return {};
  }

  /// Removes the folders that only the removed files have needed.
  void remove_folders_of_client() const {
    const bool is_needed = leftovers_.what != Leftover::lock && leftovers_.what != Leftover::unfinished;
    if (is_needed) return;
    for (const LeftoverFile& file : leftovers_.files) {
      for (auto slash = file.path.rfind('/'); slash != std::string::npos && slash > 0;
           slash = file.path.rfind('/', slash - 1)) {
        if (!fs::remove_folder_if_empty({root_, std::string_view(file.path).substr(0, slash)})) break;
      }
    }
    const bool is_own_temporary = leftovers_.repo && leftovers_.root != leftovers_.folder;
    if (is_own_temporary) static_cast<void>(fs::remove_folder_if_empty({root_, ""}));
  }

  const LeftoverFiles& leftovers_;
  const fs::Root root_, record_;
  adoption::Custody custody_;
  std::uint64_t left_ = 0;
};

}  // namespace

Result<PrunedFiles> remove(const LeftoverFiles& leftovers) { return Pruner(leftovers).run(); }

}  // namespace hubcache::caches

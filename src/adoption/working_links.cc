#include "adoption/working_links.h"

#include <algorithm>

#include <unistd.h>

#include "adoption/command_line.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"
#include "fs/nesting.h"
#include "fs/real_path.h"

namespace hubcache::adoption {
namespace {

using record::Record;
using record::WorkingLink;
using std::filesystem::path;

path working_folder_of(const path& name) { return name.parent_path().parent_path(); }

/// `place` may be spelled in another way than when the symlink was made, and may not exist any more.
bool is_symlink_to(const path& name, const path& place) {
  const auto target = fs::read_symlink(name);
  return target && (*target == place.native() || fs::real_path(*target) == fs::real_path(place));
}

Result<bool> is_same_folder(const path& one, const path& other) {
  return TRY(fs::nesting(one, other)) == fs::Nesting::same;
}

Result<bool> is_in(const path& name, const path& folder) {
  const fs::Nesting nesting = TRY(fs::nesting(name, folder));
  return nesting == fs::Nesting::same || nesting == fs::Nesting::inside;
}

std::vector<WorkingLink>::iterator find(std::vector<WorkingLink>& links, const path& name) {
  return std::ranges::find(links, name, &WorkingLink::name);
}

/// Returns why hubcache makes no link at this name; "" if it makes one.
Result<std::string> why_no_link(const hub::Place& place, const Record& next) {
  const path& name = place.working_link;
  if (TRY(is_in(name, next.folder)))
    return say(
        "programs that are started in the adopted folder do not find the files: hubcache writes nothing there; "
        "run hubcache adopt again in the working folder of your programs");
  const std::string here = in_quotes(working_folder_of(name).native());
  const auto nearest = fs::nearest_existing(name.parent_path());
  if (nearest && nearest->status.kind != fs::Kind::folder && nearest->status.kind != fs::Kind::symlink)
    return say(
        "programs that are started in {} do not find the files: {} is not a folder; run hubcache adopt again in the "
        "working folder of your programs",
        here, in_quotes(nearest->folder.native()));
  if (!nearest || access(nearest->folder.c_str(), W_OK | X_OK) != 0)
    return say(
        "programs that are started in {} do not find the files: you may not write to that folder; run hubcache "
        "adopt again in the working folder of your programs",
        here);
  return std::string();
}

Result<void> make_link(const path& name, const path& place) {
  TRY(fs::make_folders(name.parent_path()));
  return fs::make_symlink(place, name);
}

/// Removes the symlink by its second name: another program may have replaced the symlink since it was read.
Result<void> remove_link(const path& name, const path& place) {
  const path parked = name.parent_path() / ("._hubcache." + name.filename().native());
  if (is_symlink_to(parked, place)) TRY(fs::remove_file(parked));  // left by a command that was killed
  TRY(fs::status_of(name));
  if (!is_symlink_to(name, place)) return {};
  if (!TRY(fs::rename_away(name, parked)))
    return Error{ErrorCode::failed, say("{} is in the way", in_quotes(parked.native())), ""};
  if (is_symlink_to(parked, place)) return fs::remove_file(parked);
  TRY(fs::rename_new(parked, name));
  return {};
}

}  // namespace

AtWorkingLink look_at_working_link(const path& name, const path& place) {
  if (is_symlink_to(name, place)) return AtWorkingLink::leads_here;
  const auto status = fs::status_of(name);
  if (!status) return AtWorkingLink::unknown;
  if (status->kind == fs::Kind::missing) {
    const auto folder = fs::status_of_target(working_folder_of(name));
    return folder && folder->kind == fs::Kind::folder ? AtWorkingLink::missing : AtWorkingLink::folder_gone;
  }
  const auto target = fs::status_of_target(name), root = fs::status_of_target(place);
  const bool is_place = target && root && target->kind == fs::Kind::folder && fs::is_same_file(*target, *root);
  return is_place ? AtWorkingLink::leads_here : AtWorkingLink::something_else;
}

Result<void> check_working_link(const AdoptRequest& request, const Site& site, bool in_place) {
  const path& name = site.place.working_link;
  if (name.empty()) return {};
  if (in_place && is_symlink_to(name, site.place.root))
    return Error{ErrorCode::conflict,
                 say("the symlink {} leads to the folder that is to be adopted in place: {} with another cache would "
                     "write through it into your only files; hubcache changed nothing",
                     in_quotes(name.native()), site.target->words.client.client),
                 say("remove it: rm {}, then run the command again", shell_word(name.native()))};
  if (look_at_working_link(name, site.place.root) != AtWorkingLink::something_else) return {};
  const bool is_folder = TRY(fs::status_of_target(name)).kind == fs::Kind::folder;
  if (is_folder && TRY(is_same_folder(name, request.folder))) return {};
  const std::string shown = in_quotes(name.native());
  return Error{ErrorCode::conflict,
               say("{}, started in {}, uses the files in {}, which is not the adopted folder: hubcache changed nothing",
                   site.target->words.client.client, in_quotes(working_folder_of(name).native()), shown),
               say("move {} away, adopt that folder instead, or run the command in another working folder", shown)};
}

Result<std::vector<std::string>> note_working_links(const hub::Place& place, Record& next) {
  std::vector<std::string> warnings;
  std::vector<WorkingLink> links;
  for (WorkingLink& link : next.working_links) {
    if (look_at_working_link(link.name, place.root) == AtWorkingLink::folder_gone)
      warnings.push_back(
          say("the working folder {} does not exist any more: hubcache forgets the symlink in it; for programs that "
              "are started elsewhere, run hubcache adopt there",
              in_quotes(working_folder_of(link.name).native())));
    else links.push_back(std::move(link));
  }
  next.working_links = std::move(links);
  const path& name = place.working_link;
  if (name.empty() || find(next.working_links, name) != next.working_links.end()) return warnings;
  if (next.in_place) {
    warnings.push_back(
        say("programs find the files only if they pass {} as local_dir: hubcache makes no symlink in a working folder "
            "to a folder with your only files; to have one, move the folder, then adopt it from there",
            in_quotes(place.root.native())));
    return warnings;
  }
  const auto at = look_at_working_link(name, place.root);
  if (at == AtWorkingLink::something_else) {
    warnings.push_back(
        say("programs that are started in {} use the adopted folder itself: the client downloads the hub's other files "
            "into it, and replaces your "
            "files if a program asks for another revision",
            in_quotes(working_folder_of(name).native())));
  }
  if (at == AtWorkingLink::leads_here && !next.place_existed && is_symlink_to(name, place.root))
    next.working_links.push_back({name, false});  // it is from an earlier folder that was renamed
  if (at != AtWorkingLink::missing || TRY(is_in(name, place.root))) return warnings;
  if (std::string why = TRY(why_no_link(place, next)); !why.empty()) {
    warnings.push_back(std::move(why));
    return warnings;
  }
  const bool has_parent = TRY(fs::status_of_target(name.parent_path())).kind != fs::Kind::missing;
  next.working_links.push_back({name, !has_parent});
  warnings.push_back(
      say("programs find the files if they are started in {}, by the symlink {}; for another working folder, run "
          "hubcache adopt again there",
          in_quotes(working_folder_of(name).native()), in_quotes(name.native())));
  return warnings;
}

std::vector<path> missing_working_links(const hub::Place& place, const Record& record) {
  std::vector<path> missing;
  for (const WorkingLink& link : record.working_links) {
    if (look_at_working_link(link.name, place.root) == AtWorkingLink::missing) missing.push_back(link.name);
  }
  return missing;
}

std::vector<std::string> make_working_links(const hub::Place& place, const Record& record) {
  std::vector<std::string> warnings;
  for (const path& name : missing_working_links(place, record)) {
    const auto made = make_link(name, place.root);
    if (!made)
      warnings.push_back(say("programs that are started in {} do not find the files: {}",
                             in_quotes(working_folder_of(name).native()), made.error().message));
  }
  return warnings;
}

std::vector<std::string> remove_working_links(const hub::Place& place, const Record& record) {
  std::vector<std::string> warnings;
  for (const WorkingLink& link : record.working_links) {
    if (look_at_working_link(link.name, place.root) == AtWorkingLink::folder_gone)
      warnings.push_back(
          say("the working folder {} does not exist any more: if it was renamed, remove the symlink {} in it",
              in_quotes(working_folder_of(link.name).native()),
              in_quotes(link.name.lexically_relative(working_folder_of(link.name)).native())));
    else if (const auto removed = remove_link(link.name, place.root); !removed)
      warnings.push_back(
          say("cannot remove the symlink {}: {}; remove it", in_quotes(link.name.native()), removed.error().message));
    else if (link.made_parent) fs::remove_folder_if_empty(link.name.parent_path());
  }
  return warnings;
}

Result<void> note_working_folders(const NoteInput& input, RepoStatus& repo) {
  const hub::Place& place = input.site.place;
  for (const WorkingLink& link : input.record.working_links) {
    const auto at = look_at_working_link(link.name, place.root);
    const std::string folder = working_folder_of(link.name).native();
    if (at == AtWorkingLink::leads_here) repo.working_folders.push_back(folder);
    if (at != AtWorkingLink::missing && at != AtWorkingLink::something_else) continue;
    repo.missing_links.push_back(link.name.native());
    const std::string shown = in_quotes(link.name.native()), refresh = command_for("refresh", repo);
    repo.notes.push_back(
        at == AtWorkingLink::missing
            ? say("programs that are started in {} do not find the files: the symlink {} is missing: run {}",
                  in_quotes(folder), shown, refresh)
            : say("programs that are started in {} do not find the files: the symlink {} leads elsewhere: move it "
                  "away, "
                  "then run {}",
                  in_quotes(folder), shown, refresh));
  }
  const auto& links = input.record.working_links;
  const path& here = place.working_link;
  if (input.record.in_place || here.empty() || std::ranges::find(links, here, &WorkingLink::name) != links.end())
    return {};
  const auto at = look_at_working_link(here, place.root);
  const bool finds_files = at != AtWorkingLink::missing && at != AtWorkingLink::something_else;
  if (finds_files || TRY(is_in(here, input.record.folder))) return {};
  if (at == AtWorkingLink::something_else && TRY(is_same_folder(here, input.record.folder))) return {};
  const std::string started_in = in_quotes(working_folder_of(here).native());
  const std::string adopt = adopt_command(
      adoption_at(input.site, input.record),
      {repo.revisions.front(), input.record.folder, input.record.pin, input.record.include, input.record.exclude});
  repo.notes.push_back(
      at == AtWorkingLink::missing
          ? say("programs that are started in {} do not find the files, and download them: to adopt the files there, "
                "too, run there {}",
                started_in, adopt)
          : say("programs that are started in {} use the files in {} instead of the adopted ones: move that folder "
                "away; "
                "to adopt the files there, too, run there {}",
                started_in, in_quotes(here.native()), adopt));
  return {};
}

}  // namespace hubcache::adoption

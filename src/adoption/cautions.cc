#include "adoption/cautions.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "adoption/command_line.h"
#include "adoption/commit_copies.h"
#include "adoption/report_parts.h"
#include "adoption/writable.h"
#include "base/language.h"
#include "base/text.h"
#include "base/unicode.h"
#include "fs/file.h"
#include "hub/lfs_pointer.h"

namespace hubcache::adoption {
namespace {

constexpr std::uint64_t longest_pointer = 1024;  // bytes

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool differ_in_case_only(std::string_view one, std::string_view other) {
  return one != other && std::ranges::equal(one, other, {}, lower, lower);
}

/// Warns if the hub spells the repo id in another case. Hubs accept every case; the client's folder has the spelling
/// that the program uses.
void warn_spelling(const CautionInput& input, AdoptReport& report) {
  const std::string asked = input.site.repo.id.str();
  if (!input.remote || !differ_in_case_only(asked, input.remote->repo_id)) return;
  report.warnings.push_back(
      say("the hub spells this repo {}: programs that use that spelling do not find the adoption of {}",
          input.remote->repo_id, asked));
}

/// Warns of names that differ only in their Unicode form: clients treat them as different files.
void warn_twins(const CautionInput& input, AdoptReport& report) {
  std::map<std::string, std::set<std::string>> by_look;
  const auto add = [&](const std::string& name) {
    const bool is_ascii = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii) by_look[decomposed(name)].insert(name);
  };
  for (const LocalFile& file : input.local.files) add(file.path.str());
  for (const RemoteFile& file : input.remote ? input.remote->files : std::vector<RemoteFile>()) add(file.path.str());
  std::vector<std::string> twins;
  for (const auto& [look, names] : by_look) {
    if (names.size() > 1) twins.push_back(*names.begin());
  }
  if (twins.empty()) return;
  report.warnings.push_back(
      say("the folder or the hub has {} in two forms that look the same (Unicode NFC and NFD): clients treat the forms "
          "as different files; rename your files to the hub's form",
          counted_names(twins, "name")));
}

/// Warns of Git LFS pointers in the folder: a clone without git-lfs has pointers instead of the weights.
void warn_lfs_pointers(const CautionInput& input, AdoptReport& report) {
  std::vector<std::string> pointers;
  for (const LocalFile& file : input.local.files) {
    if (!hub::may_be_lfs_pointer(file.stamp.size)) continue;
    const auto text = fs::read_file(input.request.folder / file.path.str(), longest_pointer);
    if (text && hub::lfs_size_in(*text)) pointers.push_back(file.path.str());
  }
  if (pointers.empty()) return;
  report.warnings.push_back(say("the folder has Git LFS pointers instead of the content of {}; run: git -C {} lfs pull",
                                counted_names(pointers, "file"), in_quotes(input.request.folder.native())));
}

enum class OnHub { no, unknown };

/// Describes what the client does with `files` files whose sha in the index is not the hub's; "" if the client has no
/// function for single files.
std::string single_file_caution(const hub::Target& target, std::uint64_t files, OnHub on_hub) {
  const hub::ClientNames names = target.words.client;
  const std::string them(files == 1 ? translated("it") : translated("them"));
  const bool is_unknown = on_hub == OnHub::unknown;
  if (target.rules.question() == Question::single_file) {
    return is_unknown
               ? say("{} gets None for {}, or raises an exception if the hub lacks the file, unless hubcache run "
                     "starts the program",
                     names.client, them)
               : say("{} raises an exception for {}, unless hubcache run starts the program", names.client, them);
  }
  if (names.single_file.empty()) return "";
  return is_unknown ? say("{} uses {}, but {} returns None for {}, or raises an exception if the hub lacks the file, "
                          "unless hubcache run starts the program",
                          names.snapshot, them, names.single_file, them)
                    : say("{} uses {}, but {} raises an exception for {}, unless hubcache run starts the program",
                          names.snapshot, them, names.single_file, them);
}

/// Counts the files whose id on the hub neither hubcache nor the client's index knows. An index of requested revisions
/// needs no ids.
std::uint64_t count_unknown(const CautionInput& input, const AdoptReport& report) {
  const hub::Index* index = input.site.place.index;
  if (index && index->recorded_as == hub::RecordedAs::asked_revision) return 0;
  const record::AdoptedRevision* revision = input.next.revision(report.revision);
  if (!revision) return 0;
  const auto number = static_cast<std::uint16_t>(revision - input.next.revisions.data());
  const auto is_sha = [](const std::string& id) { return ObjectId::parse(id).has_value(); };
  return static_cast<std::uint64_t>(std::ranges::count_if(input.next.entries, [&](const record::Entry& entry) {
    const auto id = std::ranges::find(entry.exact, number, &record::ExactId::revision);
    const bool is_synthetic = id != entry.exact.end() && id->synthetic;
    return is_synthetic && !entry.retiring && std::ranges::none_of(entry.had, is_sha);
  }));
}

/// Warns of files that the hub lacks, and says what the client does with them. A client without an index uses every
/// file in the place, unless Words::when_only_here of the target says otherwise.
void warn_only_here(const CautionInput& input, AdoptReport& report) {
  const hub::Target& target = *input.site.target;
  const bool has_index = input.site.place.index != nullptr;
  const auto caution = [&](std::uint64_t files, OnHub on_hub) {
    return has_index ? single_file_caution(target, files, on_hub)
                     : std::string(translated(target.words.when_only_here));
  };
  if (const auto what = caution(report.only_here.size(), OnHub::no); !report.only_here.empty() && !what.empty())
    report.warnings.push_back(say("the hub lacks {}: {}", counted_names(report.only_here, "file"), what));
  const std::uint64_t unknown = input.request.offline && has_index ? count_unknown(input, report) : 0;
  if (const auto what = caution(unknown, OnHub::unknown); unknown > 0 && !what.empty())
    report.warnings.push_back(
        say("offline: hubcache did not ask the hub about {}: {}", counted(unknown, "file"), what));
}

/// Warns of the folders in which programs keep copies of these files.
void warn_copies(const CautionInput& input, AdoptReport& report) {
  const auto is_code = [](const record::Entry& entry) { return !entry.retiring && entry.path.str().ends_with(".py"); };
  const record::AdoptedRevision* revision = input.next.revision(report.revision);
  const auto caution =
      input.site.target->rules.copies_caution(input.environment, input.site.repo, revision ? revision->version : "",
                                              std::ranges::any_of(input.next.entries, is_code));
  if (!caution.empty()) report.warnings.push_back(caution);
}

void warn_unwritable(const CautionInput& input, AdoptReport& report) {
  if (const auto found = find_unwritable(*input.site.target, input.site.place); !found.note.empty())
    report.warnings.push_back(found.note);
}

}  // namespace

void add_cautions(const CautionInput& input, AdoptReport& report) {
  warn_only_here(input, report);
  warn_spelling(input, report);
  warn_twins(input, report);
  warn_lfs_pointers(input, report);
  warn_copies(input, report);
  warn_unwritable(input, report);
  if (input.remote && !input.remote->remark.empty()) report.warnings.push_back(input.remote->remark);
}

void warn_outdated_copies(const Environment& environment, const Site& site, record::Trust trust, AdoptReport& report) {
  const auto outdated = outdated_copies(environment, site, trust);
  if (!outdated) {
    report.warnings.push_back(say("cannot check for copies outside the cache folder: {}", outdated.error().message));
    return;
  }
  for (const std::string& name : names_of(*outdated))
    report.warnings.push_back(say("programs use an outdated copy of these files in {}: run {} to move the copy aside",
                                  in_quotes(name), command_on("refresh", adoption_at(site))));
}

std::string made_up_version_text(const AdoptionName& adoption) {
  return say(
      "{} uses your files while it cannot reach the hub and under hubcache run; online, it downloads the hub's files "
      "until you run {}",
      client_of(std::string(adoption.target)).client, command_on("refresh", adoption));
}

}  // namespace hubcache::adoption

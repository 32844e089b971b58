#include "adoption/match.h"

#include <algorithm>

#include "adoption/compare.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

Error with_files(Error error, std::vector<VerifiedFile> unmatched) {
  error.unmatched = std::make_shared<const std::vector<VerifiedFile>>(std::move(unmatched));
  return error;
}

Error differs(const AdoptRequest& request, const std::vector<VerifiedFile>& unmatched, std::uint64_t same) {
  return {ErrorCode::difference,
          in_quotes(request.folder.native()) + " is not what the hub has: " + counted(unmatched.size(), "file") +
              (unmatched.size() == 1 ? " differs, " : " differ, ") + std::to_string(same) +
              " are the same: " + differences(unmatched),
          "adopt without --match to have your own versions taken, or with --partial to adopt those that are the same; "
          "--json names all that differ"};
}

Error nothing_is_same(const AdoptRequest& request) {
  return {ErrorCode::difference, "no file in " + in_quotes(request.folder.native()) + " is the hub's",
          "check the repo id, the revision and the folder, or adopt without --match"};
}

Error replaced_in_place(const std::vector<VerifiedFile>& unmatched) {
  return {ErrorCode::conflict,
          "in place, the client would replace the files that --partial leaves out: " + differences(unmatched),
          "adopt without --match, which keeps your versions, or move the folder elsewhere first"};
}

}  // namespace

Result<void> check_match(const AdoptRequest& request) {
  if (request.partial && !request.match)
    return Error{ErrorCode::usage, "--partial goes with --match", "say --match --partial"};
  if (request.match && request.offline)
    return Error{ErrorCode::usage, "--match has to ask the hub", "leave --offline out"};
  return {};
}

Result<std::vector<VerifiedFile>> keep_matching(const Environment& environment, const AdoptRequest& request,
                                                bool in_place, LocalTree& local, const RemoteTree& remote,
                                                std::vector<std::string>& warnings) {
  hash::DigestCache cache(hash::DigestCache::folder(environment));
  auto [files, said] = compare(request.folder, "", local, remote, sizes_of(remote), cache, request.progress);
  std::ranges::move(said, std::back_inserter(warnings));
  const auto is_same = [](const VerifiedFile& file) { return file.comparison == Comparison::same; };
  std::erase_if(local.files, [&](const LocalFile& file) {
    const auto text = [](const VerifiedFile& one) { return std::string_view(one.path); };
    const auto found = std::ranges::lower_bound(files, std::string_view(file.path.str()), {}, text);
    return found == files.end() || found->path != file.path.str() || !is_same(*found);
  });
  std::erase_if(files, is_same);
  if (files.empty()) return files;
  if (request.partial && !in_place && !local.files.empty()) return files;
  Error error = !request.partial      ? differs(request, files, local.files.size())
                : local.files.empty() ? nothing_is_same(request)
                                      : replaced_in_place(files);
  return with_files(std::move(error), std::move(files));
}

}  // namespace hubcache::adoption

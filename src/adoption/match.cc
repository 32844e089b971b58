#include "adoption/match.h"

#include <algorithm>

#include "adoption/compare.h"
#include "base/cancel.h"
#include "base/language.h"
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
          say("{} does not match the hub: {} {}, {} match: {}", in_quotes(request.folder.native()),
              counted(unmatched.size(), "file"), unmatched.size() == 1 ? translated("differs") : translated("differ"),
              same, differences(unmatched)),
          say("omit --match to adopt your versions, or add --partial to adopt only the files that match; --json lists "
              "all files that differ")};
}

Error nothing_is_same(const AdoptRequest& request) {
  return {ErrorCode::difference, say("no file in {} matches the hub", in_quotes(request.folder.native())),
          say("check the repo id, the revision and the folder, or omit --match")};
}

Error replaced_in_place(const std::vector<VerifiedFile>& unmatched) {
  return {ErrorCode::conflict,
          say("the client would replace the files that --partial skips in place: {}", differences(unmatched)),
          say("omit --match to keep your versions, or move the folder out of the client's cache")};
}

}  // namespace

Result<void> check_match(const AdoptRequest& request) {
  if (request.partial && !request.match)
    return Error{ErrorCode::usage, say("--partial requires --match"), say("add --match")};
  if (request.match && request.offline)
    return Error{ErrorCode::usage, say("--match conflicts with --offline"), say("omit --offline")};
  return {};
}

Result<std::vector<VerifiedFile>> keep_matching(const Environment& environment, const AdoptRequest& request,
                                                bool in_place, LocalTree& local, const RemoteTree& remote,
                                                std::vector<std::string>& warnings) {
  hash::DigestCache cache(hash::DigestCache::folder(environment));
  auto [files, said] = compare(request.folder, "", local, remote, sizes_of(remote), cache, request.progress);
  TRY(check_not_cancelled());
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

// Compares local files with the hub's by content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class Comparison {
  same,
  edited,      ///< the hub has the file with other content
  missing,     ///< only the hub has the file; the local name may be a broken symlink
  extra,       ///< only this machine has the file
  unreadable,  ///< cannot be read, or changed during the read
};
std::string_view name_of(Comparison comparison);
Result<Comparison> parse_comparison(std::string_view text);  ///< rejects "same" and "unreadable"; ErrorCode::usage

struct VerifiedFile {
  std::string path;
  Comparison comparison = Comparison::same;
  std::uint64_t size = 0;  ///< bytes on this machine; for a missing file, as the hub says
  bool size_known = true;  ///< false: for a missing file whose size is not recorded
  std::string why;         ///< for an unreadable file or a broken symlink; for people
};

struct VerifyRequest {
  std::vector<std::string> repo_ids;                ///< empty: every repo in the target's places
  std::vector<std::string> targets = {};            ///< empty: all targets of the ids' hub, or all; with local_dir: the
                                                    ///< hub's default target
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; requires exactly one repo
  std::optional<std::filesystem::path> local_dir = {};  ///< folder to compare instead of the place; requires exactly
                                                        ///< one repo
  RepoType type = RepoType::model;                      ///< with local_dir
  bool offline = false;                                 ///< compare with the recorded state
  bool trust_owner = false;                             ///< as in ReleaseRequest
  std::function<void(const Progress&)> progress = {};   ///< as in HashRequest; restarts for each repo
};

struct RepoVerification {
  std::string repo_id, target, revision;
  RepoType type = RepoType::model;
  std::filesystem::path folder;
  bool asked_hub = false;                ///< false: compared with the adoption record or the client's own index
  std::string hub_error = {};            ///< why the hub did not answer
  std::optional<Error> error = {};       ///< why nothing could be compared, if the request covers all repos
  std::vector<VerifiedFile> files = {};  ///< sorted by path
  std::vector<std::string> notes = {};   ///< sentences for people

  std::uint64_t count(Comparison comparison) const;
};

struct VerifyReport {
  std::vector<RepoVerification> repos;  ///< one for each adopted revision of an adopted repo
  std::vector<std::string> notes = {};  ///< about places that were not named in the request and cannot be read
};

/// Compares sizes first, then the digest that the hub names: the git blob id of a plain file, whatever core.autocrlf
/// says, or the SHA-256 of an LFS file. If a listing does not say whether a file is an LFS file, one read computes both
/// digests. If the hub cannot be reached or fails itself, compares with the adoption record or the client's index;
/// ErrorCode::failed if there is neither. ErrorCode::hub if the hub refuses (no such repo, or it is private).
Result<VerifyReport> verify(const Environment& environment, VerifyRequest request);

}  // namespace hubcache

// Whether files are those of the hub, by their content.
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
  edited,      ///< on the hub with another content
  missing,     ///< on the hub only; here perhaps a symlink to nothing
  extra,       ///< on this machine only
  unreadable,  ///< cannot be read, or changed while it was
};
std::string_view name_of(Comparison comparison);
Result<Comparison> parse_comparison(std::string_view text);  ///< not "same", not "unreadable"; ErrorCode::usage

struct VerifiedFile {
  std::string path;
  Comparison comparison = Comparison::same;
  std::uint64_t size = 0;  ///< bytes on this machine; of a missing file, as the hub says
  bool size_known = true;  ///< false: of a missing file, nothing tells its size
  std::string why;         ///< of an unreadable one, or of a symlink to nothing; for people
};

struct VerifyRequest {
  std::vector<std::string> repo_ids;                ///< none: every repo in the target's places
  std::vector<std::string> targets = {};            ///< none: all of the ids' hub, or all; with local_dir its client
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; then of one repo
  std::optional<std::filesystem::path> local_dir = {};  ///< the folder to compare, instead of the place; of one repo
  RepoType type = RepoType::model;                      ///< with local_dir
  bool offline = false;                                 ///< compare with what was recorded
  bool trust_owner = false;                             ///< as in ReleaseRequest
  std::function<void(const Progress&)> progress = {};   ///< as in HashRequest; for each repo anew
};

struct RepoVerification {
  std::string repo_id, target, revision;
  RepoType type = RepoType::model;
  std::filesystem::path folder;
  bool asked_hub = false;                ///< false: compared with the record of the adoption, or the client's own index
  std::string hub_error = {};            ///< why the hub gave no answer
  std::optional<Error> error = {};       ///< why nothing could be compared; of one among all repos
  std::vector<VerifiedFile> files = {};  ///< sorted by path
  std::vector<std::string> notes = {};   ///< sentences for people

  std::uint64_t count(Comparison comparison) const;
};

struct VerifyReport {
  std::vector<RepoVerification> repos;  ///< of an adopted repo one for each adopted revision
  std::vector<std::string> notes = {};  ///< of places that were not asked for by name and cannot be looked at
};

/// Sizes first, then the digest that the hub names: of a plain file its git blob id, whatever core.autocrlf says, of a
/// file of LFS its SHA-256. Where a listing leaves open which of them it is, both come from the one read. Where the hub
/// cannot be reached, or fails itself, the record of the adoption serves, or the client's index; ErrorCode::failed
/// where there is none of them. What the hub does say (there is no such repo, or it is private) is ErrorCode::hub.
Result<VerifyReport> verify(const Environment& environment, VerifyRequest request);

}  // namespace hubcache

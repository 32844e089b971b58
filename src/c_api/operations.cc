#include "c_api/operations.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <hubcache/hubcache.h>

#include "adoption/json.h"
#include "base/cancel.h"
#include "base/text.h"
#include "base/try.h"
#include "c_api/callbacks.h"
#include "c_api/operation.h"

namespace hubcache::c_api {
namespace {

using adoption::schema;
using nlohmann::json;

Result<std::optional<LinkKind>> link_of(Arguments& given) {
  const auto text = TRY(given.optional_text("link"));
  if (!text || *text == "auto") return std::nullopt;
  return TRY(parse_link_kind(*text));
}

Result<std::optional<Winner>> winner_of(Arguments& given) {
  const auto text = TRY(given.optional_text("take"));
  if (!text) return std::nullopt;
  if (*text == "mine") return Winner::mine;
  if (*text == "hub") return Winner::hub;
  return Error{ErrorCode::usage, "invalid take value: " + in_quotes(*text), "use take='mine' or take='hub'"};
}

Result<std::string> do_adopt(const Call& call) {
  auto& given = call.given;
  AdoptRequest request;
  request.repo_id = TRY(given.text("repo_id"));
  request.folder = TRY(given.path("folder"));
  request.targets = TRY(targets_of(given));
  request.place = TRY(given.optional_path("place"));
  request.type = TRY(type_of(given));
  request.revision = TRY(revision_of(given));
  request.link = TRY(link_of(given));
  request.pin = TRY(given.flag("pin", true));
  request.offline = TRY(given.flag("offline", false));
  request.require_complete = TRY(given.flag("require_complete", false));
  request.include = TRY(given.texts("include"));
  request.exclude = TRY(given.texts("exclude"));
  request.match = TRY(given.flag("match", false));
  request.partial = TRY(given.flag("partial", false));
  request.take = TRY(winner_of(given));
  request.dry_run = TRY(given.flag("dry_run", false));
  request.trust_owner = TRY(given.flag("trust_owner", false));
  request.tell = tell_of(call.callbacks);
  request.ask = ask_of(call.callbacks);
  request.progress = progress_of(call.callbacks);
  TRY(given.check_none_left());
  return json_of(TRY(adopt(call.environment, request)));
}

template <Result<ReleaseReport> (*function)(const Environment&, const ReleaseRequest&)>
Result<std::string> do_undo(const Call& call) {
  auto& given = call.given;
  ReleaseRequest request{.repo_id = TRY(given.text("repo_id"))};
  request.targets = TRY(targets_of(given));
  request.type = TRY(type_of(given));
  request.place = TRY(given.optional_path("place"));
  request.trust_owner = TRY(given.flag("trust_owner", false));
  TRY(given.check_none_left());
  return json_of(TRY(function(call.environment, request)));
}

Result<std::string> do_status(const Call& call) {
  auto& given = call.given;
  StatusRequest request{.repo_ids = TRY(given.texts("repo_ids"))};
  request.targets = TRY(targets_of(given));
  request.place = TRY(given.optional_path("place"));
  request.offline = TRY(given.flag("offline", false));
  TRY(given.check_none_left());
  return complete_json(status(call.environment, std::move(request)));
}

Result<std::string> do_predict(const Call& call) {
  auto& given = call.given;
  PredictRequest request{.repo_id = TRY(given.text("repo_id"))};
  request.target = TRY(given.optional_text("target"));
  request.place = TRY(given.optional_path("place"));
  request.type = TRY(type_of(given));
  request.revision = TRY(revision_of(given));
  request.offline = TRY(given.flag("offline", false));
  TRY(given.check_none_left());
  return complete_json(predict(call.environment, std::move(request)));
}

Result<std::string> do_refresh(const Call& call) {
  auto& given = call.given;
  RefreshRequest request{.repo_ids = TRY(given.texts("repo_ids"))};
  request.targets = TRY(targets_of(given));
  request.place = TRY(given.optional_path("place"));
  request.offline = TRY(given.flag("offline", false));
  request.check = TRY(given.flag("check", false));
  request.trust_owner = TRY(given.flag("trust_owner", false));
  request.tell = tell_of(call.callbacks);
  TRY(given.check_none_left());
  return json_of(TRY(refresh(call.environment, std::move(request))));
}

Result<std::string> do_verify(const Call& call) {
  auto& given = call.given;
  VerifyRequest request{.repo_ids = TRY(given.texts("repo_ids"))};
  request.targets = TRY(targets_of(given));
  request.place = TRY(given.optional_path("place"));
  request.local_dir = TRY(given.optional_path("local_dir"));
  request.type = TRY(type_of(given));
  request.offline = TRY(given.flag("offline", false));
  request.trust_owner = TRY(given.flag("trust_owner", false));
  request.progress = progress_of(call.callbacks);
  TRY(given.check_none_left());
  return complete_json(verify(call.environment, std::move(request)));
}

Result<std::string> do_hash_files(const Call& call) {
  auto& given = call.given;
  HashRequest request{.paths = TRY(given.paths("paths")), .kinds = {}};
  request.kinds.git = TRY(given.flag("git", false));
  request.kinds.lfs = TRY(given.flag("lfs", false));
  request.kinds.sha256 = TRY(given.flag("sha256", !request.kinds.git && !request.kinds.lfs));
  request.progress = progress_of(call.callbacks);
  TRY(given.check_none_left());
  return complete_json(hash_files(call.environment, request));
}

Result<std::string> do_targets(const Call& call) {
  const auto python = TRY(call.given.optional_path("python"));
  TRY(call.given.check_none_left());
  return complete_json<TargetsReport>(targets(call.environment, python));
}

Result<std::string> do_doctor(const Call& call) {
  const DoctorRequest request{.offline = TRY(call.given.flag("offline", false))};
  TRY(call.given.check_none_left());
  return json_of(TRY(doctor(call.environment, request)));
}

Result<std::string> do_cache_stats(const Call& call) {
  TRY(call.given.check_none_left());
  return json_of(TRY(cache_stats(call.environment)));
}

Result<std::string> do_clear_cache(const Call& call) {
  TRY(call.given.check_none_left());
  TRY(clear_cache(call.environment));
  return adoption::dump({{"schema", schema}});
}

Result<std::string> do_sha256_of_file(const Call& call) {
  const auto file = TRY(call.given.path("file"));
  TRY(call.given.check_none_left());
  const std::string digest = TRY(sha256_of_file(call.environment.working_folder / file));
  return adoption::dump({{"schema", schema}, {"sha256", digest}});
}

Result<std::string> do_place_of(const Call& call) {
  const std::string target = TRY(call.given.text("target")), repo_id = TRY(call.given.text("repo_id"));
  const RepoType type = TRY(type_of(call.given));
  TRY(call.given.check_none_left());
  const std::string place = TRY(place_of(call.environment, target, type, repo_id));
  json report = {{"schema", schema}, {"place", place}};
  if (!is_utf8(place)) report["place_bytes"] = to_hex(place);
  return adoption::dump(report);
}

constexpr std::array<NamedOperation, 14> other_operations = {{
    {"adopt", do_adopt},
    {"release", do_undo<release>},
    {"restore", do_undo<restore>},
    {"status", do_status},
    {"predict", do_predict},
    {"refresh", do_refresh},
    {"verify", do_verify},
    {"hash_files", do_hash_files},
    {"targets", do_targets},
    {"doctor", do_doctor},
    {"cache_stats", do_cache_stats},
    {"clear_cache", do_clear_cache},
    {"sha256_of_file", do_sha256_of_file},
    {"place_of", do_place_of},
}};

}  // namespace

Result<std::string> perform(Request request, const hubcache_callbacks& callbacks) {
  for (const auto operations : {std::span<const NamedOperation>(other_operations), operations_on_caches(),
                                operations_on_stores(), operations_of_hubs()}) {
    const auto found = std::ranges::find(operations, request.operation, &NamedOperation::name);
    if (found == operations.end()) continue;
    const CancelScope scope(is_cancelled_of(callbacks));
    return found->operate({request.environment, request.arguments, callbacks});
  }
  return Error{ErrorCode::usage, "unknown operation: " + in_quotes(request.operation.substr(0, 100)),
               "hubcache/c.h lists the operations"};
}

}  // namespace hubcache::c_api

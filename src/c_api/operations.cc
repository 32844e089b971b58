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

namespace hubcache::c_api {
namespace {

using adoption::schema;
using nlohmann::json;

struct Call {
  const Environment& environment;
  Arguments& given;
  const hubcache_callbacks& callbacks;
};

template <class Report>
std::string json_of(const Report& report) {
  if constexpr (requires { to_json(report); }) {
    return to_json(report);
  } else {
    std::string text;
    write_json(report, [&text](std::string_view part) { text += part; });
    return text;
  }
}

/// Returns the JSON of a report about a place that was not changed. After a cancellation it would be incomplete.
template <class Report>
Result<std::string> complete_json(Result<Report> report) {
  TRY(check_not_cancelled());
  return json_of(TRY(std::move(report)));
}

Result<std::vector<std::string>> targets_of(Arguments& given) {
  auto target = TRY(given.optional_text("target"));
  return target ? std::vector{*std::move(target)} : std::vector<std::string>();
}

Result<RepoType> type_of(Arguments& given) {
  return parse_repo_type(TRY(given.optional_text("repo_type")).value_or("model"));
}

/// Returns "" for the hub's default revision.
Result<std::string> revision_of(Arguments& given) {
  const auto text = TRY(given.optional_text("revision"));
  return text ? TRY(Revision::parse(*text)).str() : "";
}

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

Result<std::string> do_publish(const Call& call) {
  auto& given = call.given;
  PublishRequest request{.repo_id = TRY(given.text("repo_id")), .store = TRY(given.text("store"))};
  request.folder = TRY(given.optional_path("folder"));
  request.revision = TRY(revision_of(given));
  request.type = TRY(type_of(given));
  request.verify = TRY(given.flag("verify", false));
  request.expect = TRY(given.optional_text("expect"));
  request.dry_run = TRY(given.flag("dry_run", false));
  request.trust_owner = TRY(given.flag("trust_owner", false));
  request.tell = tell_of(call.callbacks);
  request.progress = progress_of(call.callbacks);
  TRY(given.check_none_left());
  return json_of(TRY(publish(call.environment, request)));
}

template <class Report, Result<Report> (*function)(const Environment&, const std::string&)>
Result<std::string> do_on_store(const Call& call) {
  const std::string store = TRY(call.given.text("store"));
  TRY(call.given.check_none_left());
  return json_of(TRY(function(call.environment, store)));
}

template <class Report, Result<Report> (*function)(const Environment&, const StoredRepoRequest&)>
Result<std::string> do_on_stored_repo(const Call& call) {
  auto& given = call.given;
  StoredRepoRequest request{.store = TRY(given.text("store")), .repo_id = TRY(given.text("repo_id"))};
  request.revision = TRY(revision_of(given));
  request.type = TRY(type_of(given));
  TRY(given.check_none_left());
  return json_of(TRY(function(call.environment, request)));
}

Result<std::string> do_collect_garbage(const Call& call) {
  const StoreGcRequest request{.store = TRY(call.given.text("store")),
                               .dry_run = TRY(call.given.flag("dry_run", false))};
  TRY(call.given.check_none_left());
  return json_of(TRY(collect_garbage(call.environment, request)));
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

Result<LocalHubOptions> hub_options(const Call& call) {
  auto& given = call.given;
  LocalHubOptions options;
  options.offline = TRY(given.flag("offline", false));
  options.allow_other_users = TRY(given.flag("allow_other_users", false));
  options.upstream = TRY(given.optional_text("upstream"));
  options.trust_owner = TRY(given.flag("trust_owner", false));
  options.tell = tell_of(call.callbacks);
  if (!options.tell) options.tell = [](std::string_view) {};
  options.progress = progress_of(call.callbacks);
  options.ready = ready_of(call.callbacks);
  return options;
}

Result<std::string> do_run(const Call& call) {
  RunRequest request{.command = {}, .hub = TRY(hub_options(call))};
  request.hub.deny_all = TRY(call.given.flag("deny_all", false));
  for (const auto& word : TRY(call.given.paths("command"))) request.command.push_back(word.native());
  TRY(call.given.check_none_left());
  if (request.command.empty()) return Error{ErrorCode::usage, "the command is empty", "pass a program to run"};
  return adoption::dump({{"schema", schema}, {"exit_code", TRY(run(call.environment, request))}});
}

Result<std::uint16_t> port_of(Arguments& given) {
  return static_cast<std::uint16_t>(TRY(given.number("port", 65535, local_hub_port)));
}

Result<std::string> do_serve(const Call& call) {
  auto& given = call.given;
  ServeRequest request{.port = TRY(port_of(given)), .hub = TRY(hub_options(call))};
  request.shared.from = TRY(given.texts("stores"));
  request.shared.listen = TRY(given.optional_text("listen")).value_or("");
  request.shared.token_file = TRY(given.optional_path("token_file"));
  request.shared.no_token = TRY(given.flag("no_token", false));
  request.shared.public_url = TRY(given.optional_text("public_url")).value_or("");
  request.shared.store_public_url = TRY(given.optional_text("store_public_url")).value_or("");
  request.shared.redirects = TRY(given.flag("redirect", true));
  request.shared.redirect_via = TRY(given.optional_text("redirect_via")).value_or("");
  TRY(given.check_none_left());
  TRY(serve(call.environment, request));
  return adoption::dump({{"schema", schema}});
}

Result<std::string> do_local_hub_variables(const Call& call) {
  const std::uint16_t port = TRY(port_of(call.given));
  TRY(call.given.check_none_left());
  json variables = json::object();
  for (const auto& [name, value] : TRY(local_hub_variables(call.environment, port, tell_of(call.callbacks))))
    variables[name] = value ? json(*value) : json(nullptr);
  return adoption::dump({{"schema", schema}, {"variables", std::move(variables)}});
}

using Operation = Result<std::string> (*)(const Call&);
constexpr std::array<std::pair<std::string_view, Operation>, 22> operations = {{
    {"adopt", do_adopt},
    {"release", do_undo<release>},
    {"restore", do_undo<restore>},
    {"status", do_status},
    {"predict", do_predict},
    {"refresh", do_refresh},
    {"verify", do_verify},
    {"hash_files", do_hash_files},
    {"targets", do_targets},
    {"publish", do_publish},
    {"list_store", do_on_store<StoreListReport, list_store>},
    {"show_in_store", do_on_stored_repo<StoreShowReport, show_in_store>},
    {"remove_from_store", do_on_stored_repo<StoreRemoveReport, remove_from_store>},
    {"collect_garbage", do_collect_garbage},
    {"check_store", do_on_store<StoreCheckReport, check_store>},
    {"cache_stats", do_cache_stats},
    {"clear_cache", do_clear_cache},
    {"sha256_of_file", do_sha256_of_file},
    {"place_of", do_place_of},
    {"run", do_run},
    {"serve", do_serve},
    {"local_hub_variables", do_local_hub_variables},
}};

}  // namespace

Result<std::string> perform(Request request, const hubcache_callbacks& callbacks) {
  for (const auto& [name, operate] : operations) {
    if (name != request.operation) continue;
    const CancelScope scope(is_cancelled_of(callbacks));
    return operate({request.environment, request.arguments, callbacks});
  }
  return Error{ErrorCode::usage, "unknown operation: " + in_quotes(request.operation.substr(0, 100)),
               "hubcache/c.h lists the operations"};
}

}  // namespace hubcache::c_api

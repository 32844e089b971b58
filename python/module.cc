// Exposes the functions of <hubcache/hubcache.h> to the Python package. Each returns an exit code and JSON, from which
// the package makes its own values and exceptions. Paths are bytes, as the system has them.
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <hubcache/hubcache.h>

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace hubcache;

using Answer = std::pair<int, std::string>;

std::filesystem::path to_path(const nb::bytes& bytes) { return std::string(bytes.c_str(), bytes.size()); }

std::optional<std::filesystem::path> to_path(const std::optional<nb::bytes>& bytes) {
  return bytes ? std::optional(to_path(*bytes)) : std::nullopt;
}

/// Returns an empty list for None: the command's default targets.
std::vector<std::string> to_targets(std::optional<std::string> target) {
  return target ? std::vector{*std::move(target)} : std::vector<std::string>();
}

/// Returns "" for None: the hub's default revision.
Result<std::string> to_revision(const std::optional<std::string>& text) {
  if (!text) return std::string();
  auto revision = Revision::parse(*text);
  return revision ? Result<std::string>(revision->str()) : revision.error();
}

std::vector<std::filesystem::path> to_paths(const std::vector<nb::bytes>& list) {
  std::vector<std::filesystem::path> paths;
  paths.reserve(list.size());
  for (const nb::bytes& bytes : list) paths.push_back(to_path(bytes));
  return paths;
}

/// Wraps a Python function for calls without the GIL. An exception that it raises does not fail the caller.
std::function<void(std::string_view)> to_tell(const nb::callable& tell) {
  return [&tell](std::string_view line) {
    const nb::gil_scoped_acquire lock;
    try {
      tell(nb::bytes(line.data(), line.size()));
    } catch (nb::python_error& error) {
      error.discard_as_unraisable("hubcache");
    }
  };
}

Answer answer(const Error& error) { return {static_cast<int>(error.code), to_json(error)}; }

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

template <class Report>
Answer answer(const Result<Report>& report) {
  return report ? Answer{0, json_of(*report)} : answer(report.error());
}

Answer answer(const Result<void>& done) { return done ? Answer{0, ""} : answer(done.error()); }

/// Captures the environment while it holds the GIL, as os.putenv does; then releases the GIL.
template <class Function, class Request>
Answer call(Function function, Request&& request) {
  const Environment environment = Environment::capture();
  const nb::gil_scoped_release others_may_run;
  return answer(function(environment, std::forward<Request>(request)));
}

Result<Winner> parse_winner(const std::string& text) {
  if (text == "mine") return Winner::mine;
  if (text == "hub") return Winner::hub;
  return Error{ErrorCode::usage, "invalid take value: " + text, "use take='mine' or take='hub'"};
}

struct AdoptArguments {
  AdoptRequest request;
  std::string type, link;
  std::optional<std::string> revision, take;
};

Result<AdoptRequest> checked(AdoptArguments given) {
  auto type = parse_repo_type(given.type);
  if (!type) return type.error();
  given.request.type = *type;
  auto revision = to_revision(given.revision);
  if (!revision) return revision.error();
  given.request.revision = *std::move(revision);
  if (given.link != "auto") {
    auto link = parse_link_kind(given.link);
    if (!link) return link.error();
    given.request.link = *link;
  }
  if (given.take) {
    auto winner = parse_winner(*given.take);
    if (!winner) return winner.error();
    given.request.take = *winner;
  }
  return std::move(given.request);
}

Answer adopt_folder(std::string repo_id, const nb::bytes& folder, std::optional<std::string> target,
                    const std::optional<nb::bytes>& place, std::string repo_type, std::optional<std::string> revision,
                    std::string link, bool pin, bool offline, bool require_complete, bool match, bool partial,
                    std::vector<std::string> include, std::vector<std::string> exclude, std::optional<std::string> take,
                    bool dry_run, bool trust_owner, const nb::callable& tell) {
  AdoptArguments given{{}, std::move(repo_type), std::move(link), std::move(revision), std::move(take)};
  AdoptRequest& request = given.request;
  request.repo_id = std::move(repo_id);
  request.folder = to_path(folder);
  request.targets = to_targets(std::move(target));
  request.place = to_path(place);
  request.pin = pin;
  request.offline = offline;
  request.require_complete = require_complete;
  request.match = match;
  request.partial = partial;
  request.include = std::move(include);
  request.exclude = std::move(exclude);
  request.dry_run = dry_run;
  request.trust_owner = trust_owner;
  request.tell = to_tell(tell);
  auto ready = checked(std::move(given));
  return ready ? call(adopt, *std::move(ready)) : answer(ready.error());
}

template <Result<ReleaseReport> (*function)(const Environment&, const ReleaseRequest&)>
Answer undo(std::string repo_id, std::optional<std::string> target, const std::optional<nb::bytes>& place,
            const std::string& repo_type, bool trust_owner) {
  const auto type = parse_repo_type(repo_type);
  if (!type) return answer(type.error());
  return call(function,
              ReleaseRequest{std::move(repo_id), to_targets(std::move(target)), *type, to_path(place), trust_owner});
}

Answer status_of(std::vector<std::string> repo_ids, std::optional<std::string> target,
                 const std::optional<nb::bytes>& place, bool offline) {
  return call(status, StatusRequest{std::move(repo_ids), to_targets(std::move(target)), to_path(place), offline});
}

Answer predict_files(std::string repo_id, std::optional<std::string> target, const std::optional<nb::bytes>& place,
                     const std::string& repo_type, const std::optional<std::string>& revision, bool offline) {
  const auto type = parse_repo_type(repo_type);
  if (!type) return answer(type.error());
  auto parsed = to_revision(revision);
  if (!parsed) return answer(parsed.error());
  return call(predict, PredictRequest{std::move(repo_id), std::move(target), to_path(place), *type, *std::move(parsed),
                                      offline});
}

Answer refresh_adopted(std::vector<std::string> repo_ids, std::optional<std::string> target,
                       const std::optional<nb::bytes>& place, bool offline, bool check, bool trust_owner,
                       const nb::callable& tell) {
  return call(refresh, RefreshRequest{std::move(repo_ids), to_targets(std::move(target)), to_path(place), offline,
                                      check, trust_owner, to_tell(tell)});
}

Answer verify_files(std::vector<std::string> repo_ids, std::optional<std::string> target,
                    const std::optional<nb::bytes>& place, const std::optional<nb::bytes>& local_dir,
                    const std::string& repo_type, bool offline, bool trust_owner) {
  const auto type = parse_repo_type(repo_type);
  if (!type) return answer(type.error());
  return call(verify, VerifyRequest{std::move(repo_ids), to_targets(std::move(target)), to_path(place),
                                    to_path(local_dir), *type, offline, trust_owner});
}

Answer hash_paths(const std::vector<nb::bytes>& paths, bool git, bool sha256, bool lfs) {
  return call(hash_files, HashRequest{to_paths(paths), {.git = git, .sha256 = sha256, .lfs = lfs}});
}

Answer list_targets(const std::optional<nb::bytes>& python) {
  const Environment environment = Environment::capture();
  const auto interpreter = to_path(python);
  const nb::gil_scoped_release others_may_run;
  return {0, to_json(targets(environment, interpreter))};
}

template <class Report, Result<Report> (*function)(const Environment&)>
Answer of_cache() {
  return call([](const Environment& environment, int) { return function(environment); }, 0);
}

LocalHubOptions hub_options(bool offline, bool deny_all, bool allow_other_users, std::optional<std::string> upstream,
                            bool trust_owner, const nb::callable& tell) {
  return {.offline = offline,
          .deny_all = deny_all,
          .allow_other_users = allow_other_users,
          .upstream = std::move(upstream),
          .trust_owner = trust_owner,
          .tell = to_tell(tell)};
}

/// Returns the command's exit code as decimal digits.
Answer run_command(const std::vector<nb::bytes>& command, bool offline, bool deny_all, bool allow_other_users,
                   std::optional<std::string> upstream, bool trust_owner, const nb::callable& tell) {
  RunRequest request;
  for (const nb::bytes& word : command) request.command.emplace_back(word.c_str(), word.size());
  request.hub = hub_options(offline, deny_all, allow_other_users, std::move(upstream), trust_owner, tell);
  const Environment environment = Environment::capture();
  const nb::gil_scoped_release others_may_run;
  const auto code = run(environment, request);
  return code ? Answer{0, std::to_string(*code)} : answer(code.error());
}

Answer serve_hub(std::uint16_t port, bool offline, bool allow_other_users, std::optional<std::string> upstream,
                 bool trust_owner, const nb::callable& tell, const nb::callable& ready) {
  ServeRequest request{port, hub_options(offline, false, allow_other_users, std::move(upstream), trust_owner, tell)};
  request.hub.ready = to_tell(ready);
  return call(serve, std::move(request));
}

using Variables = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Returns the error's code and JSON, and the variables.
std::tuple<int, std::string, Variables> variables_of_hub(std::uint16_t port, const nb::callable& tell) {
  const Environment environment = Environment::capture();
  const auto say = to_tell(tell);
  const nb::gil_scoped_release others_may_run;
  auto variables = local_hub_variables(environment, port, say);
  if (variables) return {0, "", *std::move(variables)};
  const auto [code, text] = answer(variables.error());
  return {code, text, {}};
}

/// Returns the error's JSON, or the path as plain bytes.
std::pair<int, nb::bytes> place_of_model(const std::string& repo_id) {
  const auto place = place_of(Environment::capture(), "aistudio", RepoType::model, repo_id);
  const std::string text = place ? place->native() : to_json(place.error());
  return {place ? 0 : static_cast<int>(place.error().code), nb::bytes(text.data(), text.size())};
}

/// Returns the digest itself, not JSON.
Answer sha256(const nb::bytes& bytes) {
  const auto file = to_path(bytes);
  const nb::gil_scoped_release others_may_run;
  const auto digest = sha256_of_file(file);
  return digest ? Answer{0, *digest} : answer(digest.error());
}

}  // namespace

NB_MODULE(_hubcache, module) {
  module.attr("version") = std::string(version());
  module.def("adopt", adopt_folder, "repo_id"_a, "folder"_a, "target"_a.none(), "place"_a.none(), "repo_type"_a,
             "revision"_a.none(), "link"_a, "pin"_a, "offline"_a, "require_complete"_a, "match"_a, "partial"_a,
             "include"_a, "exclude"_a, "take"_a.none(), "dry_run"_a, "trust_owner"_a, "tell"_a);
  module.def("release", undo<release>, "repo_id"_a, "target"_a.none(), "place"_a.none(), "repo_type"_a,
             "trust_owner"_a);
  module.def("restore", undo<restore>, "repo_id"_a, "target"_a.none(), "place"_a.none(), "repo_type"_a,
             "trust_owner"_a);
  module.def("status", status_of, "repo_ids"_a, "target"_a.none(), "place"_a.none(), "offline"_a);
  module.def("predict", predict_files, "repo_id"_a, "target"_a.none(), "place"_a.none(), "repo_type"_a,
             "revision"_a.none(), "offline"_a);
  module.def("refresh", refresh_adopted, "repo_ids"_a, "target"_a.none(), "place"_a.none(), "offline"_a, "check"_a,
             "trust_owner"_a, "tell"_a);
  module.def("verify", verify_files, "repo_ids"_a, "target"_a.none(), "place"_a.none(), "local_dir"_a.none(),
             "repo_type"_a, "offline"_a, "trust_owner"_a);
  module.def("hash_files", hash_paths, "paths"_a, "git"_a, "sha256"_a, "lfs"_a);
  module.def("targets", list_targets, "python"_a.none());
  module.def("cache_stats", of_cache<CacheStats, cache_stats>);
  module.def("clear_cache", of_cache<void, clear_cache>);
  module.def("run", run_command, "command"_a, "offline"_a, "deny_all"_a, "allow_other_users"_a, "upstream"_a.none(),
             "trust_owner"_a, "tell"_a);
  module.def("serve", serve_hub, "port"_a, "offline"_a, "allow_other_users"_a, "upstream"_a.none(), "trust_owner"_a,
             "tell"_a, "ready"_a);
  module.def("local_hub_variables", variables_of_hub, "port"_a, "tell"_a);
  module.def("place_of_model", place_of_model, "repo_id"_a);
  module.def("sha256", sha256, "file"_a);
}

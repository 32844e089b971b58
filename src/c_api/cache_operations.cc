#include <array>

#include <hubcache/caches.h>
#include <hubcache/dedupe.h>
#include <hubcache/prune.h>
#include <hubcache/remove.h>

#include "base/text.h"
#include "base/try.h"
#include "c_api/callbacks.h"
#include "c_api/operation.h"

namespace hubcache::c_api {
namespace {

Result<std::string> do_list_cached(const Call& call) {
  CachedRequest request{.targets = TRY(targets_of(call.given)), .filters = TRY(call.given.texts("filter"))};
  request.order = TRY(parse_cached_order(TRY(call.given.optional_text("sort")).value_or("size")));
  TRY(call.given.check_none_left());
  return complete_json(list_cached(call.environment, request));
}

Result<std::string> do_disk_usage(const Call& call) {
  const auto targets = TRY(targets_of(call.given));
  TRY(call.given.check_none_left());
  return complete_json(disk_usage(call.environment, targets));
}

Result<std::string> do_remove_cached(const Call& call) {
  auto& given = call.given;
  RemoveCachedRequest request{.repo_ids = TRY(given.texts("repo_ids")), .targets = TRY(targets_of(given))};
  request.type = TRY(given.optional_text("repo_type"));
  request.dry_run = TRY(given.flag("dry_run", false));
  if (const auto ask = ask_of(call.callbacks))
    request.confirm = [ask](const RemoveCachedReport& plan) { return ask(question_about(plan)); };
  TRY(given.check_none_left());
  return json_of(TRY(remove_cached(call.environment, request)));
}

Result<std::string> do_prune(const Call& call) {
  auto& given = call.given;
  PruneRequest request{.repo_ids = TRY(given.texts("repo_ids")), .targets = TRY(targets_of(given))};
  request.dry_run = TRY(given.flag("dry_run", false));
  if (const auto ask = ask_of(call.callbacks))
    request.confirm = [ask](const PruneReport& plan) { return ask(question_about(plan)); };
  TRY(given.check_none_left());
  return json_of(TRY(prune(call.environment, request)));
}

Result<std::string> do_dedupe(const Call& call) {
  DedupeRequest request{.folders = TRY(call.given.paths("folders")), .targets = TRY(targets_of(call.given))};
  request.hard_links = TRY(call.given.flag("hardlink", false));
  request.dry_run = TRY(call.given.flag("dry_run", false));
  request.progress = progress_of(call.callbacks);
  if (const auto ask = ask_of(call.callbacks)) {
    request.ask = [ask](const DedupeReport& plan) {
      return ask("share " + human_size(plan.to_gain) + " of " + counted(plan.duplicates, "duplicate") + "?");
    };
  }
  TRY(call.given.check_none_left());
  return json_of(TRY(dedupe(call.environment, request)));
}

constexpr std::array<NamedOperation, 5> cache_operations = {{
    {"list_cached", do_list_cached},
    {"disk_usage", do_disk_usage},
    {"remove_cached", do_remove_cached},
    {"prune", do_prune},
    {"dedupe", do_dedupe},
}};

}  // namespace

std::span<const NamedOperation> operations_on_caches() { return cache_operations; }

}  // namespace hubcache::c_api

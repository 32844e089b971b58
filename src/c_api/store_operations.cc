#include <array>

#include <hubcache/publish.h>

#include "c_api/callbacks.h"
#include "c_api/operation.h"

namespace hubcache::c_api {
namespace {

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

constexpr std::array<NamedOperation, 6> store_operations = {{
    {"publish", do_publish},
    {"list_store", do_on_store<StoreListReport, list_store>},
    {"show_in_store", do_on_stored_repo<StoreShowReport, show_in_store>},
    {"remove_from_store", do_on_stored_repo<StoreRemoveReport, remove_from_store>},
    {"collect_garbage", do_collect_garbage},
    {"check_store", do_on_store<StoreCheckReport, check_store>},
}};

}  // namespace

std::span<const NamedOperation> operations_on_stores() { return store_operations; }

}  // namespace hubcache::c_api

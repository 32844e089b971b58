#include "hubs/csghub/dialect_answers.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "hub/json_list.h"

namespace hubcache::hub::csghub_api {
namespace {

using nlohmann::ordered_json;

server::Answer json_answer(unsigned status, const ordered_json& value) {
  return {status, "Content-Type: application/json; charset=utf-8\r\n",
          value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

}  // namespace

server::Answer error(unsigned status, std::string_view message) { return json_answer(status, {{"msg", message}}); }

server::Answer info(const CatalogRepo& repo, std::size_t revision, const Entries& listing) {
  const ordered_json about = {
      {"id", repo.id.str()}, {"sha", repo.revisions[revision].version}, {"siblings", ordered_json::array()}};
  JsonList siblings(about, "siblings", listing.text_size(20));
  listing.each([](std::string_view, bool is_folder) { return !is_folder; },
               [&](const Listed& listed) { siblings.add({{"rfilename", listed.path}}); });
  return {200, "Content-Type: application/json; charset=utf-8\r\n", std::move(siblings).finish()};
}

void leave(const std::shared_ptr<server::Exchange>& exchange, Services& services, std::function<void()> without_hub) {
  if (services.is_offline()) return exchange->answer(not_found());
  services.pass_through(exchange, [exchange, without_hub = std::move(without_hub)](const std::string& reason) {
    if (without_hub) return without_hub();
    exchange->answer(error(502, "the hub cannot be reached: " + printable(reason)));
  });
}

}  // namespace hubcache::hub::csghub_api

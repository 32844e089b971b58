#include "local_hub/lead_to_fronts.h"

#include <string>
#include <vector>

#include "base/language.h"
#include "base/try.h"
#include "http/certificates.h"
#include "local_hub/bundle.h"
#include "local_hub/variables.h"

namespace hubcache::local_hub {
namespace {

Result<BundleFile> answer(LocalHub& hub, const std::vector<server::Front>& fronts, const Environment& environment) {
  std::string certificates = TRY(bundle_of(http::certificates_for_requests(environment)));
  certificates += TRY(hub.answer_fronts(fronts));
  return BundleFile::make(environment, certificates);
}

std::string sites_of(const std::vector<server::Front>& fronts) {
  std::string text;
  for (const server::Front& front : fronts) text.append(text.empty() ? "" : ", ").append(front.site);
  return text;
}

}  // namespace

std::optional<BundleFile> lead_to_fronts(LocalHub& hub, const Environment& environment, Environment& for_command,
                                         const std::function<void(std::string_view)>& tell) {
  const std::vector<server::Front> fronts = hub.possible_fronts();
  if (fronts.empty()) return std::nullopt;
  auto bundle = answer(hub, fronts, environment);
  if (!bundle) {
    const std::string hint = bundle.error().hint.empty() ? "" : "; " + bundle.error().hint;
    if (tell)
      tell(say("clients that ask {} get the hub's files: {}{}", sites_of(fronts), bundle.error().message, hint));
    return std::nullopt;
  }
  for (auto& [name, value] : front_variables(for_command, hub.root(), fronts, bundle->name()))
    for_command.variables[name] = *std::move(value);
  return *std::move(bundle);
}

}  // namespace hubcache::local_hub

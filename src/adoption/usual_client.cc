#include "adoption/usual_client.h"

#include "base/language.h"
#include "base/text.h"
#include "hub/hub.h"

namespace hubcache::adoption {

void warn_usual_client(const Environment& environment, const Site& site, std::vector<std::string>& warnings) {
  for (const hub::Target* target : site.target->hub.targets()) {
    if (target == site.target || !target->layout.is_usual_for(site.repo.id)) continue;
    const auto place = target->layout.locate(environment, site.repo.type, site.repo.id);
    if (!place || is_recorded({target, site.repo, *place})) continue;
    warnings.push_back(say("{} do not use this cache folder; they use {}; to adopt for them, add --target {}",
                           translated(target->words.usual_clients), in_quotes(place->root.native()), target->name));
  }
}

}  // namespace hubcache::adoption

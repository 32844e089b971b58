#include "adoption/usual_reader.h"

#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache::adoption {

void warn_usual_reader(const Environment& environment, const Site& site, std::vector<std::string>& warnings) {
  for (const hub::Target* target : hubs::targets()) {
    if (target == site.target || !target->is_usual_for(site.repo.id)) continue;
    const auto place = target->locate(environment, site.repo.type, site.repo.id);
    if (!place || is_recorded({target, site.repo, *place})) continue;
    warnings.push_back(std::string(target->usual_reader()) + " do not use this cache folder; they use " +
                       in_quotes(place->root.native()) + "; to adopt for them, add --target " +
                       std::string(target->name()));
  }
}

}  // namespace hubcache::adoption

#include "adoption/command_line.h"

#include "base/text.h"
#include "hubs/registry.h"

namespace hubcache::adoption {
namespace {

/// Returns true if the command has --repo-type; the other commands act on repos of both types.
bool takes_repo_type(std::string_view command) {
  return command == "adopt" || command == "release" || command == "restore" || command == "verify";
}

}  // namespace

AdoptionName adoption_at(const Site& site) {
  return {site.target->name, site.repo.id.str(), site.repo.type, site.place.root};
}

AdoptionName adoption_at(const record::KnownPlace& known) {
  return {known.target, known.repo_id, known.type, known.root};
}

AdoptionName adoption_at(const Site& site, const record::Record& record) {
  return {site.target->name, record.repo_id, record.type, site.place.root};
}

std::string command_on(std::string_view command, const AdoptionName& adoption) {
  const auto target = hubs::find_target(adoption.target);
  const hub::Hub& hub = target ? (*target)->hub : *hubs::all().front();
  std::string text = "hubcache " + std::string(command) + " " + id_with_hub(hub, adoption.repo_id) + " --target " +
                     std::string(adoption.target);
  if (target && (*target)->layout.place_in(adoption.place)) text += " --place " + shell_word(adoption.place.native());
  if (adoption.type != RepoType::model && takes_repo_type(command))
    text += " --repo-type " + std::string(name_of(adoption.type));
  return text;
}

std::string adopt_command(const AdoptionName& adoption, const AdoptOptions& options) {
  std::string text = command_on("adopt", adoption);
  const auto target = hubs::find_target(adoption.target);
  if (!target || options.revision != (*target)->hub.default_revision)
    text += " --revision " + shell_word(options.revision);
  if (!options.pin) text += " --no-pin";
  for (const std::string& glob : options.include) text += " --include " + shell_word(glob);
  for (const std::string& glob : options.exclude) text += " --exclude " + shell_word(glob);
  return text + " " + shell_word(options.folder.native());
}

}  // namespace hubcache::adoption

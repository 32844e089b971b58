#include "adoption/link_choice.h"

#include <algorithm>

#include "adoption/sites.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

constexpr std::string_view written_through = marked(
    "the client's temporary folder is on another file system than its cache, so the client would write through the "
    "link into your file");

/// Returns the first kind of the target's order that works for all files; LinkKind::copy if none does.
LinkKind kind_for_all(const LinkQuestion& question) {
  const auto works = [&](LinkKind kind) {
    return std::ranges::all_of(question.local.files,
                               [&](const LocalFile& file) { return question.facts.obstacle(kind, file).empty(); });
  };
  for (const LinkKind kind : question.target.rules.link_order(question.facts.moves_by_rename)) {
    if (works(kind)) return kind;
  }
  return LinkKind::copy;
}

Error refused(const LinkQuestion& question, LinkKind kind, const std::string& why) {
  const auto command = [&](std::string_view link) {
    return adopt_command(question.target, question.request, question.place, link);
  };
  const LinkKind other = kind_for_all(question);
  std::string hint = other == LinkKind::copy
                         ? say("run {}, or use --link auto, which copies only the files that cannot be linked",
                               command(name_of(other)))
                         : say("run {}", command(name_of(other)));
  return {ErrorCode::conflict, say("--link {} does not work here: {}", name_of(kind), why), std::move(hint)};
}

Result<void> check_in_place(const LinkQuestion& question) {
  std::string objection(translated(question.target.rules.objection(LinkKind::in_place)));
  if (!question.facts.moves_by_rename) {
    objection =
        say("the client's temporary folder is on another file system, so the client would write into your files and "
            "through any second link to them");
  }
  if (objection.empty()) return {};
  return Error{ErrorCode::conflict, say("cannot adopt the client's own folder in place: {}", objection),
               say("move the model to a folder outside the client's cache, then adopt that folder")};
}

Result<void> check_asked(const LinkQuestion& question, LinkKind kind) {
  if (const auto objection = question.target.rules.objection(kind); !objection.empty())
    return refused(question, kind, std::string(translated(objection)));
  const bool is_link = kind == LinkKind::symlink || kind == LinkKind::hardlink;
  if (is_link && !question.facts.moves_by_rename)
    return refused(question, kind, std::string(translated(written_through)));
  for (const LocalFile& file : question.local.files) {
    const auto obstacle = question.facts.obstacle(kind, file);
    if (!obstacle.empty()) return refused(question, kind, in_quotes(file.path.str()) + ": " + std::string(obstacle));
  }
  return {};
}

}  // namespace

Result<LinkChoice> LinkChoice::make(const LinkQuestion& question) {
  if (question.in_place) {
    TRY(check_in_place(question));
    return LinkChoice({LinkKind::in_place}, question.facts);
  }
  if (!question.request.link)
    return LinkChoice(question.target.rules.link_order(question.facts.moves_by_rename), question.facts);
  TRY(check_asked(question, *question.request.link));
  return LinkChoice({*question.request.link}, question.facts);
}

LinkKind LinkChoice::of(const LocalFile& file) const {
  const auto works = [&](LinkKind kind) { return facts_->obstacle(kind, file).empty(); };
  const auto found = std::ranges::find_if(order_, works);
  return found == order_.end() ? order_.back() : *found;
}

std::string_view LinkChoice::why_copied(const LocalFile& file) const {
  const bool is_last_resort = order_.size() > 1 && of(file) == LinkKind::copy;
  return is_last_resort ? facts_->obstacle(order_[order_.size() - 2], file) : "";
}

std::string adopt_command(const hub::Target& target, const AdoptRequest& request, const std::filesystem::path& place,
                          std::string_view link) {
  std::string text = "hubcache adopt " + shell_word(id_with_hub(target.hub, request.repo_id)) + " " +
                     shell_word(request.folder.native()) + " --link " + std::string(link);
  if (target.name != target.hub.default_target) text += " --target " + std::string(target.name);
  if (target.layout.place_in(place)) text += " --place " + shell_word(place.native());
  if (request.type != RepoType::model) text += " --repo-type " + std::string(name_of(request.type));
  if (!request.revision.empty()) text += " --revision " + shell_word(request.revision);
  for (const std::string& pattern : request.include) text += " --include " + shell_word(pattern);
  for (const std::string& pattern : request.exclude) text += " --exclude " + shell_word(pattern);
  if (request.offline) text += " --offline";
  if (request.match) text += request.partial ? " --match --partial" : " --match";
  else if (!request.pin && target.rules.can_pin()) text += " --no-pin";
  return text;
}

}  // namespace hubcache::adoption

#include "hubs/aistudio/dialect_question.h"

#include <algorithm>
#include <utility>

#include "base/language.h"
#include "base/text.h"
#include "hubs/aistudio/dialect_contents.h"
#include "hubs/aistudio/dialect_error.h"

namespace hubcache::hub {

void GiteaQuestion::describe(const CatalogFile& file, std::uint64_t size, const std::string& sha256,
                             bool as_commit) const {
  const gitea::Described described{file.path.str(), file.sha(number).str(), as_commit ? sha256 : known().version, size,
                                   sha256};
  answer(gitea::json_answer(200, gitea::contents(root(), repo, revision, described)));
}

void GiteaQuestion::leave(server::Answer refusal, std::function<void()> without_hub) const {
  if (is_offline()) return answer(std::move(refusal));
  services.pass_through(
      exchange, [exchange = exchange, root = root(), without_hub = std::move(without_hub)](const std::string& reason) {
        if (without_hub) return without_hub();
        exchange->answer(gitea::error(root, 502, "the hub cannot be reached: " + reason));
      });
}

void GiteaQuestion::leave_file(server::Answer refusal, std::function<void()> without_hub) const {
  if (!RelPath::parse(path)) return answer(std::move(refusal));
  if (services.is_offline() && std::ranges::binary_search(repo.not_adopted, path)) {
    services.say(say("{}: refused a request for {}: not adopted (--offline)", repo.id.str(), in_quotes(path)));
  }
  leave(std::move(refusal), std::move(without_hub));
}

}  // namespace hubcache::hub

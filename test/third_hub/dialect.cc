#include <fmt/format.h>

#include "hub/repo_file.h"
#include "hub/served_listing.h"
#include "server/request_target.h"
#include "third_hub/hub.h"
#include "third_hub/parts.h"

namespace hubcache::hub {
namespace {

class ShelfDialect final : public Dialect {
 public:
  std::vector<std::pair<std::string, std::string>> variables(const std::string& root) const override {
    return {{"SHELF_URL", root}};
  }
  bool needs_digests(const Environment&) const override { return false; }
  std::string_view prefix() const override { return "/shelf"; }

  /// /shelf/list/OWNER/NAME/REVISION, /shelf/file/OWNER/NAME/REVISION/PATH
  void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) override {
    const auto target = server::split_target(exchange->request().target);
    const auto part = [&](std::size_t i) { return i < target.parts.size() ? target.parts[i] : std::string_view(); };
    const CatalogRepo* repo = services.catalog().find(shelf_hub, part(2), part(3));
    const auto revision = repo ? repo->revision(part(4)) : std::nullopt;
    if (!revision) return leave(exchange, services);
    if (part(1) == "list") return exchange->answer({200, "Content-Type: text/plain\r\n", list(*repo, *revision)});
    std::string path;
    for (std::size_t i = 5; i < target.parts.size(); ++i)
      path += (i > 5 ? "/" : "") + server::unescaped(target.parts[i]).value_or("");
    const FilePtr file = repo->find(path);
    if (!file) return leave(exchange, services);
    auto opened = open_file(*repo, *file);
    if (!opened) return exchange->answer({404, "", ""});
    const auto etag = server::etag_of(opened->state.stamp, "");
    exchange->answer(server::file_answer(exchange->request(), *std::move(opened), etag, ""));
  }

 private:
  static std::string list(const CatalogRepo& repo, std::size_t revision) {
    std::string text = "version " + repo.revisions[revision].version + "\n";
    for (const Listed& listed : make_listing(repo, revision, nullptr)) {
      if (!listed.is_folder) text += fmt::format("{} {} {}\n", listed.sha.str(), size_now(repo, listed), listed.path);
    }
    return text;
  }

  static void leave(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
    if (services.is_offline()) return exchange->answer({404, "", "not adopted\n"});
    services.pass_through(exchange, [exchange](const std::string& reason) { exchange->answer({502, "", reason}); });
  }
};

}  // namespace

std::unique_ptr<Dialect> make_shelf_dialect() { return std::make_unique<ShelfDialect>(); }

}  // namespace hubcache::hub

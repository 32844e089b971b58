#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "local_hub/page.h"
#include "local_hub/page_parts.h"

namespace hubcache::local_hub {
namespace {

Html fact(const std::string& name, const std::string& value) {
  return element("div", element("dt", text(name)) + element("dd", text(value)));
}

Html facts_of(const RepoRow& row) {
  Html facts = fact(say("Revision"), row.revision);
  facts += fact(say("Commit"), row.commit);
  facts += fact(say("Files"), shown(row.files));
  facts += fact(say("Size"), shown_size(row.bytes));
  facts += fact(say("Source"), row.source);
  return element("dl", {{"class", "figures"}}, facts);
}

Html link(const RepoPage& page, std::size_t first, const std::string& name) {
  return element("p", element("a", {{"href", link_to(page.row, first)}}, text(name)));
}

Html files_part(const RepoPage& page) {
  Html rows;
  for (const RepoPage::File& file : page.files) {
    rows +=
        table_row({element("td", {{"class", "name"}}, text(printable(file.path))), number_cell(shown_size(file.size)),
                   cell(element("code", text(file.sha256.empty() ? shown(std::nullopt) : file.sha256)))});
  }
  Html part = element("h2", text(say("Files")));
  const std::size_t end = page.first + page.files.size();
  if (page.first > 0) part += link(page, page.first - std::min(page.first, RepoPage::most), say("Previous files"));
  part += table({head_cell(say("Path")), head_cell(say("Size"), true), head_cell("SHA-256")}, rows);
  if (end < page.all)
    part += link(page, end,
                 say("Next files ({} to {} of {})", end + 1, std::min(end + RepoPage::most, page.all), page.all));
  return part;
}

}  // namespace

std::string link_to(const RepoRow& row, std::size_t first_file) {
  std::string link =
      fmt::format("?repo={}&type={}&revision={}", for_query(row.name), name_of(row.type), for_query(row.revision));
  if (first_file > 0) link += fmt::format("&from={}", first_file);
  return link;
}

Html repo_page(const RepoPage& page) {
  Html body = element("p", element("a", {{"href", "?"}}, text(say("All repos of this hub"))));
  body += element("h1", text(page.row.name));
  if (!page.row.state.empty()) body += element("p", {{"class", "bad"}}, text(page.row.state));
  body += facts_of(page.row);
  body += element("p", text(say("To load it on another machine:")));
  body += commands({page.environment, page.program});
  return body + files_part(page);
}

}  // namespace hubcache::local_hub

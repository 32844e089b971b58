#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "local_hub/page.h"
#include "local_hub/page_parts.h"
#include "local_hub/plot.h"
#include "local_hub/topic.h"

namespace hubcache::local_hub {
namespace {

Html figure(const std::string& name, const std::string& value) {
  return element("div", element("dt", text(name)) + element("dd", text(value)));
}

Html plot_of(const std::vector<std::uint64_t>& values, const std::string& name) {
  return element("div", element("dt", text(name)) + element("dd", plot(values, name)));
}

std::vector<std::uint64_t> values_of(const std::vector<Figures::Second>& minute,
                                     std::uint64_t Figures::Second::* number) {
  std::vector<std::uint64_t> values;
  values.reserve(minute.size());
  for (const Figures::Second& second : minute) values.push_back(second.*number);
  return values;
}

Html figures_part(const Figures& figures, const HubState& state) {
  const Figures::Count& all = figures.all();
  const auto minute = figures.last_minute();
  Html list = figure(say("Requests"), shown(all.requests));
  list += figure(say("Bytes sent"), shown_size(all.bytes));
  list += figure(say("Clients, 5 min"), shown(figures.clients()));
  list += figure(say("Connections"), shown(state.connections));
  list += figure(say("Errors"), shown(all.errors));
  list += figure(say("Cut off"), shown(all.cut_off));
  const auto requests = values_of(minute, &Figures::Second::requests);
  const auto bytes = values_of(minute, &Figures::Second::bytes);
  list += plot_of(requests, say("Requests per second, last minute: at most {}", shown(std::ranges::max(requests))));
  list += plot_of(bytes, say("Bytes per second, last minute: at most {}", shown_size(std::ranges::max(bytes))));
  return element("h2", text(say("Since the start"))) + element("dl", {{"class", "figures"}}, list);
}

Html state_of(const RepoRow& row) {
  return row.state.empty() ? text(say("ready")) : element("span", {{"class", "bad"}}, text(row.state));
}

Html commit_of(const RepoRow& row) {
  constexpr std::size_t short_commit = 10;
  return element("code", {{"title", row.commit}}, text(row.commit.substr(0, short_commit)));
}

Html row_of(const RepoRow& row, const Figures& figures) {
  const auto counted = figures.of_repos().find(std::string(name_of(row.type)) + " " + row.name);
  const Figures::Count count = counted == figures.of_repos().end() ? Figures::Count{} : counted->second;
  const std::string kind = row.type == RepoType::dataset ? " " + say("(data set)") : "";
  return table_row(
      {element("td", {{"class", "name"}}, element("a", {{"href", link_to(row)}}, text(row.name)) + text(kind)),
       cell(text(row.revision + " ") + commit_of(row)), number_cell(shown(row.files)),
       number_cell(shown_size(row.bytes)), cell(state_of(row)), cell(text(row.source)),
       cell(text(row.published_by.empty() ? shown(std::nullopt) : printable(row.published_by))),
       cell(text(shown_time(row.time))), number_cell(shown(count.requests)), number_cell(shown_size(count.bytes)),
       number_cell(shown(count.errors))});
}

Html repos_part(const FrontPage& page, const Figures& figures) {
  Html rows;
  for (const RepoRow& row : page.rows) rows += row_of(row, figures);
  Html part = element("h2", text(say("Repos")));
  for (const std::string& note : page.notes) part += element("p", {{"class", "bad"}}, text(note));
  if (page.rows.empty()) return part + element("p", text(say("The hub serves no repos yet.")));
  return part + table({head_cell(say("Repo")), head_cell(say("Revision")), head_cell(say("Files"), true),
                       head_cell(say("Size"), true), head_cell(say("State")), head_cell(say("Source")),
                       head_cell(say("Published by")), head_cell(say("Published at")), head_cell(say("Requests"), true),
                       head_cell(say("Bytes sent"), true), head_cell(say("Errors"), true)},
                      rows);
}

}  // namespace

Html front_page(const FrontPage& page, const Figures& figures, const HubState& state) {
  Html body = element("h1", text(say("hubcache at {}", page.root)));
  if (state.is_draining) body += element("p", {{"class", "bad"}}, text(say("The hub is ending.")));
  body += element("p", text(say("To load repos from this hub, set its variables, then run your program unchanged:")));
  body += commands({page.environment});
  body += figures_part(figures, state);
  return body + repos_part(page, figures);
}

}  // namespace hubcache::local_hub

#include "adoption/link_counts.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::adoption {

LinkCounts count_links(const record::Record& record) {
  LinkCounts counts;
  for (const record::Entry& entry : record.entries) {
    if (!entry.retiring) ++counts[entry.staged ? entry.staged->link : entry.link];
  }
  return counts;
}

LinkKind main_link(const LinkCounts& counts) {
  const auto most = std::ranges::max_element(counts, {}, &LinkCounts::value_type::second);
  return most == counts.end() ? LinkKind::symlink : most->first;
}

std::string links_text(const LinkCounts& counts) {
  if (counts.size() < 2) return std::string(translated(name_of(main_link(counts))));
  std::string text;
  for (const auto& [kind, count] : counts)
    text += (text.empty() ? "" : say(", ")) + say("{} {}", count, translated(name_of(kind)));
  return text;
}

PlacedLinks count_placed(const record::Record& record, const std::vector<std::size_t>& to_place) {
  PlacedLinks links{count_links(record)};
  for (const auto index : to_place) {
    const auto& staged = record.entries[index].staged;
    if (!staged || staged->link != LinkKind::copy) continue;
    ++links.copied_files;
    links.copied_bytes += staged->source.size;
  }
  return links;
}

void report_links(const PlacedLinks& links, AdoptReport& report) {
  report.links = links.counts;
  report.link = main_link(links.counts);
  report.copied_files = links.copied_files;
  report.copied_bytes = links.copied_bytes;
}

std::string copies_warning(const PlacedLinks& links, bool dry_run, const FirstCopy& first,
                           std::span<const LinkKind> tried) {
  const bool tries_links =
      std::ranges::any_of(tried, [](LinkKind kind) { return kind == LinkKind::symlink || kind == LinkKind::hardlink; });

  const std::string files = counted(links.copied_files, "file"), size = human_size(links.copied_bytes);
  const std::string_view kind = tries_links ? translated("link") : translated("reflink");
  const std::string name = in_quotes(first.path);
  return dry_run ? say("hubcache would copy {}, {}, because no {} works; the first file is {}: {}", files, size, kind,
                       name, first.why)
                 : say("hubcache copied {}, {}, because no {} works; the first file is {}: {}", files, size, kind, name,
                       first.why);
}

}  // namespace hubcache::adoption

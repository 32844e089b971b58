#include "adoption/link_counts.h"

#include <algorithm>

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
  if (counts.size() < 2) return std::string(name_of(main_link(counts)));
  std::string text;
  for (const auto& [kind, count] : counts)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name_of(kind));
  return text;
}

void report_links(Plan& plan) {
  AdoptReport& report = plan.report;
  report.links = count_links(plan.next);
  report.link = main_link(report.links);
  report.copied_files = report.copied_bytes = 0;
  for (const auto index : plan.to_place) {
    const auto& staged = plan.next.entries[index].staged;
    if (!staged || staged->link != LinkKind::copy) continue;
    ++report.copied_files;
    report.copied_bytes += staged->source.size;
  }
}

std::string copies_warning(const AdoptReport& report, const std::string& first, const std::string& why) {
  return (report.dry_run ? "hubcache would copy " : "hubcache copied ") + counted(report.copied_files, "file") + ", " +
         human_size(report.copied_bytes) + ", because no link works; the first file is " + in_quotes(first) + ": " +
         why;
}

}  // namespace hubcache::adoption

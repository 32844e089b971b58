#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/json.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::schema;
using nlohmann::json;

/// True if sha256sum would escape the name: coreutils 9.1, src/digest.c (problematic_chars, print_filename).
bool needs_escapes(std::string_view name) { return name.find_first_of("\\\n\r") != name.npos; }

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\\') text += "\\\\";
    else if (c == '\n') text += "\\n";
    else if (c == '\r') text += "\\r";
    else text += c;
  }
  return text;
}

json file_json(const HashedFile& file, const DigestKinds& kinds) {
  json value = {{"path", file.path}, {"size", file.size}, {"remembered", file.remembered}};
  if (!is_utf8(file.path)) value["path_bytes"] = to_hex(file.path);
  if (kinds.git) value["git"] = file.digests.git->id().str();
  if (kinds.sha256) value["sha256"] = file.digests.sha256->id().str();
  if (kinds.lfs) value["lfs"] = file.digests.lfs->id().str();
  return value;
}

}  // namespace

std::string to_text(const HashedFile& file, const DigestKinds& kinds) {
  const bool needs = needs_escapes(file.path);
  std::string text;
  text.reserve(file.path.size() + 160);  // a report may have a million lines
  if (needs) text += '\\';
  if (kinds.git) text.append(file.digests.git->id().str()) += "  ";
  if (kinds.sha256) text.append(file.digests.sha256->id().str()) += "  ";
  if (kinds.lfs) text.append(file.digests.lfs->id().str()) += "  ";
  if (needs) text += escaped(file.path);
  else text += file.path;
  text += '\n';
  return text;
}

std::string to_text(const CacheStats& stats) {
  std::string text =
      say("{}: {} of at most {}\n", printable(stats.file.native()), human_size(stats.bytes), human_size(stats.largest));
  text += say("{} known, {} superseded\n", counted(stats.files, "file"), counted(stats.superseded, "record"));
  if (stats.damaged > 0)
    text += say("{} damaged and ignored; the next run removes them\n", counted(stats.damaged, "record"));
  return text;
}

std::string to_json(const HashReport& report) {
  json files = json::array(), unhashed = json::array();
  for (const HashedFile& file : report.files) files.push_back(file_json(file, report.kinds));
  for (const UnhashedFile& file : report.unhashed) unhashed.push_back({{"path", file.path}, {"why", file.why}});
  return dump({{"schema", schema},
               {"files", std::move(files)},
               {"unhashed", std::move(unhashed)},
               {"warnings", report.warnings}});
}

std::string to_json(const CacheStats& stats) {
  return dump({{"schema", schema},
               {"file", stats.file.native()},
               {"bytes", stats.bytes},
               {"largest", stats.largest},
               {"files", stats.files},
               {"superseded", stats.superseded},
               {"damaged", stats.damaged}});
}

}  // namespace hubcache

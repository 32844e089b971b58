#include "adopt/recorded.h"

#include <map>
#include <string>

namespace hubcache::adoption {

RemoteTree recorded_tree(const target::View& view, const std::optional<record::Record>& record) {
  std::map<std::string, RemoteFile> files;
  const auto add = [&](const std::string& name, const std::string& location, const ObjectId& sha) {
    const target::PlacedFile* placed = view.file(location);
    if (auto path = RelPath::parse(name)) files.try_emplace(name, RemoteFile{*std::move(path), sha, placed ? placed->stamp.size : 0, {}, {}});
  };
  for (const record::Entry& entry : record ? record->entries : std::vector<record::Entry>()) {
    const record::ExactId& id = entry.exact.front();
    add(entry.path.str(), entry.location().str(), id.synthetic ? unknown_id() : id.sha);
  }
  for (const auto& indexed : view.index) {
    if (const auto sha = ObjectId::parse(indexed.revision)) add(indexed.path, indexed.path, *sha);
  }
  RemoteTree tree;
  if (record) tree.version = record->revisions.back().version;
  for (auto& [name, file] : files) tree.files.push_back(std::move(file));
  return tree;
}

ObjectId unknown_id() { return *ObjectId::parse(std::string(40, '0')); }

}  // namespace hubcache::adoption

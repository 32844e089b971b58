#include "hub/lfs_entry.h"

namespace hubcache::hub {

Result<void> read_lfs(const json::dom::object& line, const char* sha256_field, Entry& entry) {
  json::dom::element value;
  if (line["lfs"].get(value) || value.is_null()) return {};
  json::dom::object lfs;
  if (value.get(lfs)) return json::wrong("lfs");
  const auto sha256 = json::sha_of(lfs, sha256_field);
  const auto size = json::number_of(lfs, "size");
  if (!sha256 || sha256->str().size() != 64 || !size) return json::wrong("lfs");
  entry.lfs_sha256 = sha256;
  entry.lfs_size = size;
  entry.size = json::number_of(lfs, "pointerSize").value_or(0);
  return {};
}

}  // namespace hubcache::hub

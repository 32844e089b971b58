#include "adoption/compare.h"

#include <doctest/doctest.h>

namespace hubcache::adoption {
namespace {

RemoteFile remote(std::uint64_t size, std::optional<std::uint64_t> lfs_size = {}, std::size_t digits = 40) {
  return {*RelPath::parse("a"), *ObjectId::parse(std::string(digits, '1')), size, lfs_size, {}};
}

/// Returns "g" for git, "s" for SHA-256, "p" for the pointer, or "-" if the size decides.
std::string deciding(const RemoteFile& file, std::uint64_t local_size, Sizes sizes) {
  const auto kinds = deciding_digests(file, local_size, sizes);
  if (!kinds) return "-";
  return std::string(kinds->git ? "g" : "") + (kinds->sha256 ? "s" : "") + (kinds->lfs ? "p" : "");
}

}  // namespace

TEST_CASE("sizes decide first, then only the digests that the hub's id can be") {
  // A plain file. An LFS file that is listed with its real size looks the same.
  CHECK(deciding(remote(5000), 5000, Sizes::known) == "gp");
  CHECK(deciding(remote(5000), 5000, Sizes::of_pointers) == "g");
  CHECK(deciding(remote(5000), 5001, Sizes::known) == "-");
  // A file that may be a pointer, by its size.
  CHECK(deciding(remote(130), 5000, Sizes::known) == "p");
  CHECK(deciding(remote(130), 5000, Sizes::of_pointers) == "p");
  CHECK(deciding(remote(130), 130, Sizes::of_pointers) == "gp");
  // A file that is surely an LFS file.
  CHECK(deciding(remote(130, 5000), 5000, Sizes::of_pointers) == "p");
  CHECK(deciding(remote(130, 5000), 5001, Sizes::of_pointers) == "-");
  CHECK(deciding(remote(130, 5000), 130, Sizes::of_pointers) == "-");
  // A hub that lists SHA-256 itself.
  CHECK(deciding(remote(5000, {}, 64), 5000, Sizes::known) == "s");
  CHECK(deciding(remote(5000, {}, 64), 1, Sizes::known) == "-");
  // Only the id is known.
  CHECK(deciding(remote(1), 5000, Sizes::unknown) == "gp");
  CHECK(deciding(remote(1, {}, 64), 5000, Sizes::unknown) == "s");
}

TEST_CASE("the known LFS sizes of a listing show whether it has the sizes of pointers") {
  RemoteTree tree;
  tree.files = {remote(5000), remote(130)};
  CHECK(sizes_of(tree) == Sizes::known);
  tree.files.push_back(remote(130, 130));
  CHECK(sizes_of(tree) == Sizes::known);
  tree.files.push_back(remote(130, 5000));
  CHECK(sizes_of(tree) == Sizes::of_pointers);
}

}  // namespace hubcache::adoption

#include "duplicates/choose.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace hubcache::duplicates {
namespace {

using Some = std::vector<const EqualFile*>;

const EqualFile& oldest(const Some& files) {
  return **std::ranges::min_element(files, {},
                                    [](const EqualFile* file) { return std::tie(file->mtime, file->number); });
}

std::uint64_t without(const Some& files, const EqualFile& kept) {
  std::uint64_t bytes = 0;
  for (const EqualFile* file : files) bytes += file == &kept ? 0 : file->occupied;
  return bytes;
}

/// Returns the files that use the same blocks as most others.
Some most_shared(std::span<const EqualFile> files) {
  std::map<std::uint32_t, Some> by_blocks;
  for (const EqualFile& file : files) by_blocks[file.blocks].push_back(&file);
  return std::ranges::max_element(by_blocks, {}, [](const auto& entry) { return entry.second.size(); })->second;
}

void choose_blocks(std::span<const EqualFile> files, Choices& choices) {
  const EqualFile& kept = oldest(most_shared(files));
  Choice choice{kept.number, {}, Sharing::blocks};
  for (const EqualFile& file : files) {
    if (&file != &kept) (file.blocks == kept.blocks ? choices.shared : choice.others).push_back(file.number);
  }
  if (!choice.others.empty()) choices.choices.push_back(std::move(choice));
}

void choose_hard_links(std::span<const EqualFile> files, bool wanted, Choices& choices) {
  std::map<std::string, Some> linkable;
  Some others;
  for (const EqualFile& file : files) {
    if (file.attributes) linkable[*file.attributes].push_back(&file);
    else others.push_back(&file);
  }
  for (const auto& [attributes, some] : linkable) {
    const EqualFile& kept = oldest(some);
    others.push_back(&kept);
    if (!wanted) choices.by_hard_links += without(some, kept);
    if (!wanted || some.size() < 2) continue;
    Choice choice{kept.number, {}, Sharing::hard_link};
    for (const EqualFile* file : some) {
      if (file != &kept) choice.others.push_back(file->number);
    }
    choices.choices.push_back(std::move(choice));
  }
  choices.not_sharable += without(others, *others.front());
}

}  // namespace

Choices choose(std::span<const EqualFile> files, bool by_blocks, bool hard_links) {
  Choices choices;
  if (files.size() < 2) return choices;
  if (by_blocks) choose_blocks(files, choices);
  else choose_hard_links(files, hard_links, choices);
  return choices;
}

}  // namespace hubcache::duplicates

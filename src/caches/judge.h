// Decides what the measurements mean. All functions are pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <hubcache/caches.h>

#include "caches/gather.h"

namespace hubcache::caches {

/// Returns the repo with its state, its sizes and its notes.
CachedRepo judged(const ExaminedRepo& examined);

/// Returns the bytes that the repos occupy together: a file that several of them have by hard links counts once.
std::uint64_t disk_size_of(std::span<const ExaminedRepo* const> repos);

/// Sums up the repos by hub and owner; the largest first.
DiskUsage usage_of(const std::vector<ExaminedRepo>& repos);

}  // namespace hubcache::caches

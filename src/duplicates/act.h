// Carries out a plan.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/dedupe.h>

#include "duplicates/plan.h"

namespace hubcache::duplicates {

/// The outcome of a Step.
struct Done {
  DuplicateState state = DuplicateState::planned;
  std::uint64_t gained = 0;   ///< bytes
  std::string why = {};       ///< for DuplicateState::left
  bool is_different = false;  ///< left, because the kernel has found other bytes
};

inline Done left(std::string why) { return {DuplicateState::left, 0, std::move(why), false}; }

/// Returns the outcomes by group and step. If the caller cancels, ends after the piece or file that is being shared:
/// the other steps stay planned.
std::vector<std::vector<Done>> act(const Files& files, const Plan& plan,
                                   const std::function<void(const Progress&)>& progress);

}  // namespace hubcache::duplicates

// The code that the fuzzers share. A fuzzer is one file that defines take(); `./dev fuzz` builds and starts it with the
// inputs in fuzz/corpus/NAME, which fuzz/seeds.py makes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace hubcache::fuzz {

/// Gets each input of the fuzzer.
void take(std::string_view input);

/// Ends the process if a promise of the tested code does not hold; libFuzzer then stores the input.
inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Splits an input at its first NULs; the last part has the rest. Parts that the input lacks are "".
template <std::size_t count>
std::array<std::string_view, count> split(std::string_view input) {
  std::array<std::string_view, count> parts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto end = i + 1 < count ? input.find('\0') : input.npos;
    parts[i] = input.substr(0, end);
    input.remove_prefix(end == input.npos ? input.size() : end + 1);
  }
  return parts;
}

/// Returns a folder of this process, in memory if possible. It is removed when the process ends, unless an input has
/// crashed it.
const std::filesystem::path& scratch_folder();

void write(const std::filesystem::path& file, std::string_view bytes);

}  // namespace hubcache::fuzz

// Names that no other process uses.
#pragma once

#include <array>
#include <string>

#include <openssl/rand.h>

#include "base/text.h"

namespace hubcache {

/// Returns 32 random hex digits.
inline std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), bytes.size());
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace hubcache

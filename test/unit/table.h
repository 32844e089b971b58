// Expected values that a script has made: lines of fields with tabs between them, in test/data.
#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace hubcache::test {

inline std::vector<std::vector<std::string>> read_table(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(HUBCACHE_TEST_DATA "/" + name);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == '\t') fields.emplace_back();
      else fields.back() += c;
    }
    rows.push_back(std::move(fields));
  }
  return rows;
}

}  // namespace hubcache::test

// Reads expected values that a script has written: lines with fields separated by tabs.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hubcache::test {

inline std::vector<std::vector<std::string>> read_table_from(const std::filesystem::path& name) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(name);
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

/// Reads a table in test/data.
inline std::vector<std::vector<std::string>> read_table(const std::string& name) {
  return read_table_from(HUBCACHE_TEST_DATA "/" + name);
}

}  // namespace hubcache::test

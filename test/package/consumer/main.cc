// consumer FOLDER VERSION: adopts a model below FOLDER, reads it from the SDK's place, and releases it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <hubcache/hubcache.h>

namespace {

using std::filesystem::path;

void check(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "not so: " << what << "\n";
  std::exit(1);
}

template <class T>
T value_of(hubcache::Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().message << "; " << result.error().hint << "\n";
  std::exit(1);
}

hubcache::Environment environment_in(const path& home) {
  hubcache::Environment environment;
  environment.variables = {{"HOME", home}};
  environment.working_folder = home;
  return environment;
}

void adopt_and_release(const path& home) {
  const auto environment = environment_in(home);
  const path placed = home / ".cache/aistudio/hub/models/owner/name/a/b.txt";
  const hubcache::AdoptRequest request{.repo_id = "owner/name", .folder = "model", .offline = true};
  check(value_of(hubcache::adopt(environment, request)).files == 1, "one file is adopted");
  check(
      value_of(hubcache::sha256_of_file(placed)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "it is ours");
  const auto status = value_of(hubcache::status(environment, {.offline = true}));
  check(hubcache::to_text(status).find("owner/name  aistudio  adopted") != std::string::npos, "status tells of it");
  value_of(hubcache::release(environment, {.repo_id = "owner/name"}));
  check(!std::filesystem::exists(placed), "release takes it out");
}

}  // namespace

int main(int, char** arguments) {
  const path home = arguments[1];
  check(hubcache::version() == arguments[2], "the version is the package's");
  check(!hubcache::RepoId::parse("no id"), "a wrong id is an Error");
  std::filesystem::create_directories(home / "model/a");
  std::ofstream(home / "model/a/b.txt") << "abc";
  adopt_and_release(home);
}

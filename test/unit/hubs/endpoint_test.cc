#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "hubs/aistudio/endpoint.h"
#include "hubs/huggingface/endpoint.h"

namespace hubcache::hub {
namespace {

/// A home with a token file in the SDK's folder.
class Home {
 public:
  explicit Home(const std::string& token_text) {
    std::string name = "/tmp/hubcache-home-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
    write(path_, token_text);
  }
  ~Home() { std::filesystem::remove_all(path_); }

  static void write(const std::filesystem::path& home, const std::string& token_text) {
    const auto folder = home / ".cache/aistudio/.auth";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "token") << token_text;
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path token_file() const { return path_ / ".cache/aistudio/.auth/token"; }

 private:
  std::filesystem::path path_;
};

Result<Endpoint> endpoint(const std::map<std::string, std::string>& variables,
                          const std::filesystem::path& working_folder = "/nonexistent") {
  Environment environment;
  environment.variables.insert(variables.begin(), variables.end());
  environment.working_folder = working_folder;
  return endpoint_of(environment);
}

}  // namespace

TEST_CASE("the hub's host") {
  CHECK(endpoint({}).value().host == "https://git.aistudio.baidu.com");
  CHECK(endpoint({{"CURRENT_ENV", ""}}).value().host == "https://git.aistudio.baidu.com");
  CHECK(endpoint({{"CURRENT_ENV", "online"}}).value().host == "https://git.aistudio.baidu.com");
  CHECK(endpoint({{"CURRENT_ENV", "sandbox"}}).value().host == "http://sandbox-git.aistudio.baidu.com");
  CHECK(endpoint({{"STUDIO_GIT_HOST", "http://127.0.0.1:3000"}, {"CURRENT_ENV", "sandbox"}}).value().host ==
        "http://127.0.0.1:3000");
  CHECK(endpoint({{"STUDIO_GIT_HOST", "http://hub/gitea"}}).value().host == "http://hub/gitea");
}

TEST_CASE("if the variables name a local hub, the hub is the one that they named before") {
  std::map<std::string, std::string> variables = {{"HUBCACHE_LOCAL_HUB", "http://127.0.0.1:42"},
                                                  {"HUBCACHE_UPSTREAM", "http://hub"},
                                                  {"HUBCACHE_HF_UPSTREAM", "http://hf"},
                                                  {"STUDIO_GIT_HOST", "http://127.0.0.1:42"},
                                                  {"HF_ENDPOINT", "http://127.0.0.1:42/huggingface"}};
  const auto hf = [&] {
    Environment environment;
    environment.variables.insert(variables.begin(), variables.end());
    return huggingface_endpoint(environment).value().host;
  };
  CHECK(endpoint(variables).value().host == "http://hub");
  CHECK(hf() == "http://hf");
  variables["STUDIO_GIT_HOST"] = "http://127.0.0.1:4242";  // another program has set another hub since
  variables["HF_ENDPOINT"] = "http://127.0.0.1:4242/huggingface";
  CHECK(endpoint(variables).value().host == "http://127.0.0.1:4242");
  CHECK(hf() == "http://127.0.0.1:4242/huggingface");
  variables.erase("STUDIO_GIT_HOST");
  CHECK(endpoint(variables).value().host == "https://git.aistudio.baidu.com");
}

TEST_CASE("a host or an environment for which the SDK fails is a usage error") {
  for (const std::map<std::string, std::string>& variables :
       {std::map<std::string, std::string>{{"STUDIO_GIT_HOST", ""}},
        {{"STUDIO_GIT_HOST", "hub.example"}},
        {{"STUDIO_GIT_HOST", "ftp://hub"}},
        {{"STUDIO_GIT_HOST", "http://hub/?a=b"}},
        {{"CURRENT_ENV", "production"}},
        {{"CURRENT_ENV", "production"}, {"STUDIO_GIT_HOST", "http://hub"}}}) {
    const auto result = endpoint(variables);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::usage);
    CHECK(result.error().message.find("aistudio-sdk") != std::string::npos);
  }
}

TEST_CASE(
    "the token comes from the variable, else from the file in AISTUDIO_CACHE_HOME, else from the file in the home") {
  const Home home(" \n file-token\r\n"), cache("cache-token");
  const std::string home_path = home.path(), cache_path = cache.path();
  CHECK(endpoint({{"HOME", home_path}}).value().token == "file-token");
  CHECK(endpoint({{"HOME", home_path}}).value().token_from == home.token_file().string());
  CHECK(endpoint({{"HOME", home_path}, {"AISTUDIO_CACHE_HOME", cache_path}}).value().token == "cache-token");
  CHECK(endpoint({{"HOME", home_path}, {"AISTUDIO_ACCESS_TOKEN", "mine"}}).value().token == "mine");
  CHECK(endpoint({{"HOME", home_path}, {"AISTUDIO_ACCESS_TOKEN", ""}}).value().token == "file-token");
  CHECK(endpoint({{"HOME", "/nonexistent"}}).value().token == "");
}

TEST_CASE("empty, unset and relative values and ~ are treated as by os.getenv") {
  const Home home("home-token");
  const std::string home_path = home.path();
  CHECK(endpoint({{"HOME", home_path}, {"AISTUDIO_CACHE_HOME", ""}}).value().token == "");
  CHECK(endpoint({{"HOME", home_path}, {"AISTUDIO_CACHE_HOME", "~"}}).value().token == "");
  Home::write(home.path() / "None", "none-token");
  CHECK(endpoint({}, home.path()).value().token == "none-token");
  Home::write(home.path() / "relative", "relative-token");
  CHECK(endpoint({{"AISTUDIO_CACHE_HOME", "relative"}}, home.path()).value().token == "relative-token");
}

TEST_CASE("an unreadable token file is an Error, because the SDK fails on it") {
  const Home home("x");
  std::filesystem::remove(home.token_file());
  std::filesystem::create_directory(home.token_file());
  const auto result = endpoint({{"HOME", home.path()}});
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::hub);
  CHECK(result.error().message.find(home.token_file().string()) != std::string::npos);
  CHECK(endpoint({{"HOME", home.path()}, {"AISTUDIO_ACCESS_TOKEN", "mine"}}).has_value());
}

}  // namespace hubcache::hub

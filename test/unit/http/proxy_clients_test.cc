// Compares hubcache's choice of a proxy with the real clients', for thousands of random environments.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/client.h"
#include "http/proxy.h"

namespace hubcache::http {
namespace {

using Variables = std::map<std::string, std::string>;

/// Runs client_proxies.py with the Python of a real client.
class RealClient {
 public:
  RealClient(const std::string& python, const char* library) {
    int to_child[2], from_child[2];
    if (pipe(to_child) != 0 || pipe(from_child) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(to_child[0], 0);
      dup2(from_child[1], 1);
      for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(end);
      execlp(python.c_str(), python.c_str(), HUBCACHE_TEST_DATA "/../unit/http/client_proxies.py", library, nullptr);
      _exit(127);
    }
    close(to_child[0]);
    close(from_child[1]);
    input_ = fdopen(to_child[1], "w");
    output_ = fdopen(from_child[0], "r");
    version_ = line();
  }

  ~RealClient() {
    fclose(input_);
    fclose(output_);
    waitpid(child_, nullptr, 0);
  }

  const std::string& version() const { return version_; }

  std::string proxy(const std::string& url, const Variables& variables) {
    std::string question = quote(url);
    for (const auto& [name, value] : variables) question.append("\t").append(quote(name + "=" + value));
    fputs((question + "\n").c_str(), input_);
    fflush(input_);
    return line();
  }

 private:
  std::string line() {
    std::string text;
    for (int c = 0; (c = fgetc(output_)) != '\n'; text += static_cast<char>(c)) {
      if (c == EOF) throw std::runtime_error("client_proxies.py has ended");
    }
    return text;
  }

  pid_t child_ = 0;
  FILE* input_ = nullptr;
  FILE* output_ = nullptr;
  std::string version_;
};

/// Returns the Python of a client's environment; "" if there is none.
std::string python_of(const char* client) {
  const char* venvs = getenv("HUBCACHE_SDK_VENVS");
  const std::string python = venvs ? std::string(venvs) + "/" + client + "/bin/python" : "";
  if (!python.empty() && access(python.c_str(), X_OK) == 0) return python;
  MESSAGE("skipped: HUBCACHE_SDK_VENVS does not name a folder with " << client);
  return "";
}

rc::Gen<std::string> any_list(const std::vector<std::string>& parts) {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(parts)), [](const auto& chosen) {
    std::string list;
    for (const auto& part : chosen) list += (list.empty() ? "" : ",") + part;
    return list;
  });
}

const std::vector<std::string> requests_parts = {"hub.example",
                                                 ".hub.example",
                                                 "..hub.example",
                                                 "b.example",
                                                 "HUB.EXAMPLE",
                                                 "hub.example:8080",
                                                 ".example:443",
                                                 " hub.example ",
                                                 "hub. example",
                                                 "\thub.example",
                                                 "*",
                                                 "*.example",
                                                 "127.0.0.1",
                                                 "127.0.0.1:8080",
                                                 "10.0.0.0/8",
                                                 "10.1.2.3/32",
                                                 "10.1.2.3/0",
                                                 "10.1/16",
                                                 "10.0.0.0/8/8",
                                                 "0x7f000001",
                                                 "192.168.0.0/x",
                                                 "192.168.0.0/33",
                                                 "",
                                                 ".",
                                                 "localhost",
                                                 "::1",
                                                 "[::1]",
                                                 "example",
                                                 "ample"};
const std::vector<std::string> httpx_parts = {"hub.example",
                                              ".hub.example",
                                              "*.hub.example",
                                              "*hub.example",
                                              "hub.example localhost",
                                              "b.example",
                                              "HUB.EXAMPLE",
                                              "hub.example:8080",
                                              "hub.example:443",
                                              ".example:443",
                                              " hub.example ",
                                              "\thub.example",
                                              "*",
                                              "*.example",
                                              "127.0.0.1",
                                              "127.0.0.1:8080",
                                              "127.0.0.0/8",
                                              "10.0.0.0/8",
                                              "10.1.2.3/32",
                                              "10.1.2.3/0",
                                              "10.1.2",
                                              "192.168.0.0/16",
                                              "",
                                              "localhost",
                                              "LOCALHOST",
                                              "::1",
                                              "::/64",
                                              "[::1]",
                                              "[::1]:8080",
                                              "example",
                                              "ample",
                                              "https://hub.example",
                                              "http://hub.example",
                                              "https://hub.example:8080",
                                              "https://",
                                              "http://",
                                              "all://",
                                              "all://*.example"};

std::string any_url() {
  return *rc::gen::element<std::string>("http://", "https://", "HTTP://") +
         *rc::gen::element<std::string>("hub.example", "git.hub.example", "HUB.example", "127.0.0.1", "10.1.2.3",
                                        "192.168.7.9", "localhost", "myhub.example", "[::1]", "example") +
         *rc::gen::element<std::string>("", ":8080", ":443", ":80") + "/api/v1?x=y";
}

/// `parts`: entries of no_proxy.
Variables any_variables(const std::vector<std::string>& proxies, const std::vector<std::string>& parts) {
  Variables variables;
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                           "Http_Proxy", "HTTP_proxy", "http://hub.example_proxy", "all://127.0.0.1_proxy"}) {
    if (*rc::gen::inRange(0, 3) == 0) variables[name] = *rc::gen::elementOf(proxies);
  }
  for (const char* name : {"no_proxy", "NO_PROXY", "No_Proxy"}) {
    if (*rc::gen::inRange(0, 3) == 0) variables[name] = *any_list(parts);
  }
  if (*rc::gen::inRange(0, 4) == 0) variables["REQUEST_METHOD"] = *rc::gen::element<std::string>("", "GET");
  return variables;
}

void compare(RealClient& client, ProxyRules rules, const std::vector<std::string>& proxies,
             const std::vector<std::string>& parts) {
  int proxied = 0, direct = 0, raised = 0;
  setenv("RC_PARAMS", "max_success=3000", 0);
  CHECK(rc::check("proxy_for is the client's choice", [&] {
    const std::string url = any_url();
    Environment environment;
    const Variables variables = any_variables(proxies, parts);
    environment.variables.insert(variables.begin(), variables.end());
    const std::string expected = client.proxy(url, variables);
    if (expected == "!") {
      ++raised;
      return;
    }
    ++(expected.empty() ? direct : proxied);
    RC_ASSERT(proxy_for(environment, parse_url(url).value(), rules).address == expected);
  }));
  MESSAGE("version " << client.version() << ": " << proxied << " proxied, " << direct << " direct, " << raised
                     << " exceptions");
  CHECK(proxied > 500);
  CHECK(direct > 500);
}

}  // namespace

TEST_CASE("each choice equals that of the real requests") {
  const std::string python = python_of("aistudio-0.3.9");
  if (python.empty()) return;
  RealClient requests(python, "requests");
  compare(requests, ProxyRules::requests,
          {"", "http://proxy.example:3128", "proxy.example:3128", "https://proxy.example",
           "http://me:pw@proxy.example:1", "socks5h://proxy.example:1080", "127.0.0.1:8"},
          requests_parts);
}

TEST_CASE("each choice equals that of the real huggingface_hub") {
  const std::string python = python_of("huggingface-hub-2.4.0");
  if (python.empty()) return;
  RealClient httpx(python, "huggingface_hub");
  compare(httpx, ProxyRules::httpx,
          {"", "http://proxy.example:3128", "proxy.example:3128", "https://proxy.example", "127.0.0.1:8"}, httpx_parts);
}

}  // namespace hubcache::http

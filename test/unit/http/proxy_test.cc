#include "http/proxy.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "http/client.h"
#include "unit/table.h"

namespace hubcache::http {
namespace {

using Variables = std::map<std::string, std::string>;

std::string proxy(const std::string& url, const Variables& variables) {
  Environment environment;
  environment.variables.insert(variables.begin(), variables.end());
  return proxy_for(environment, parse_url(url).value()).address;
}

/// Runs requests_proxy.py with a Python that has requests.
class Requests {
 public:
  explicit Requests(const std::string& python) {
    int to_child[2], from_child[2];
    if (pipe(to_child) != 0 || pipe(from_child) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(to_child[0], 0);
      dup2(from_child[1], 1);
      for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(end);
      execlp(python.c_str(), python.c_str(), HUBCACHE_TEST_DATA "/../unit/http/requests_proxy.py", nullptr);
      _exit(127);
    }
    close(to_child[0]);
    close(from_child[1]);
    input_ = fdopen(to_child[1], "w");
    output_ = fdopen(from_child[0], "r");
    version_ = line();
  }

  ~Requests() {
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
      if (c == EOF) throw std::runtime_error("requests_proxy.py has ended");
    }
    return text;
  }

  pid_t child_ = 0;
  FILE* input_ = nullptr;
  FILE* output_ = nullptr;
  std::string version_;
};

std::string python_with_requests() {
  if (const char* python = getenv("HUBCACHE_TEST_PYTHON")) return python;
  const char* venvs = getenv("HUBCACHE_SDK_VENVS");
  return venvs ? std::string(venvs) + "/aistudio-0.3.9/bin/python" : "";
}

rc::Gen<std::string> any_host() {
  return rc::gen::element<std::string>("hub.example", "git.hub.example", "HUB.example", "127.0.0.1", "10.1.2.3",
                                       "192.168.7.9", "localhost", "myhub.example", "[::1]", "example");
}

rc::Gen<std::string> any_no_proxy_part() {
  return rc::gen::element<std::string>(
      "hub.example", ".hub.example", "..hub.example", "b.example", "HUB.EXAMPLE", "hub.example:8080", ".example:443",
      " hub.example ", "hub. example", "\thub.example", "*", "*.example", "127.0.0.1", "127.0.0.1:8080", "10.0.0.0/8",
      "10.1.2.3/32", "10.1.2.3/0", "10.1/16", "10.0.0.0/8/8", "0x7f000001", "192.168.0.0/x", "192.168.0.0/33", "", ".",
      "localhost", "::1", "[::1]", "example", "ample");
}

rc::Gen<std::string> any_no_proxy() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(any_no_proxy_part()), [](const auto& parts) {
    std::string list;
    for (const auto& part : parts) list += (list.empty() ? "" : ",") + part;
    return list;
  });
}

rc::Gen<std::string> any_proxy() {
  return rc::gen::element<std::string>("", "http://proxy.example:3128", "proxy.example:3128", "https://proxy.example",
                                       "http://me:pw@proxy.example:1", "socks5h://proxy.example:1080", "127.0.0.1:8");
}

std::string any_url() {
  return *rc::gen::element<std::string>("http://", "https://", "HTTP://") + *any_host() +
         *rc::gen::element<std::string>("", ":8080", ":443", ":80") + "/api/v1?x=y";
}

Variables any_variables() {
  Variables variables;
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                           "Http_Proxy", "HTTP_proxy", "http://hub.example_proxy", "all://127.0.0.1_proxy"}) {
    if (*rc::gen::inRange(0, 3) == 0) variables[name] = *any_proxy();
  }
  for (const char* name : {"no_proxy", "NO_PROXY", "No_Proxy"}) {
    if (*rc::gen::inRange(0, 3) == 0) variables[name] = *any_no_proxy();
  }
  if (*rc::gen::inRange(0, 4) == 0) variables["REQUEST_METHOD"] = *rc::gen::element<std::string>("", "GET");
  return variables;
}

}  // namespace

TEST_CASE("the proxy is that of the scheme, else that of all_proxy; lower-case names come first") {
  CHECK(proxy("https://hub.example/", {}) == "");
  CHECK(proxy("https://hub.example/", {{"https_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:2"}}) == "http://p:1");
  CHECK(proxy("https://hub.example/", {{"https_proxy", ""}, {"HTTPS_PROXY", "http://q:2"}}) == "");
  CHECK(proxy("https://hub.example/", {{"HTTP_PROXY", "http://p:1"}}) == "");
  CHECK(proxy("https://hub.example/", {{"ALL_PROXY", "p:1"}}) == "http://p:1");
  CHECK(proxy("http://hub.example/", {{"HTTP_PROXY", "http://p:1"}, {"REQUEST_METHOD", "GET"}}) == "");
}

TEST_CASE("no_proxy names hosts, domains, addresses and networks") {
  const auto goes_direct = [](const std::string& url, const std::string& list) {
    return proxy(url, {{"all_proxy", "http://p:1"}, {"no_proxy", list}}).empty();
  };
  CHECK(goes_direct("http://git.hub.example/", "hub.example"));
  CHECK(goes_direct("http://hub.example:8080/", "x, .example:8080"));
  CHECK_FALSE(goes_direct("http://myhub.example/", "hub.example"));
  CHECK(goes_direct("http://10.1.2.3/", "10.0.0.0/8"));
  CHECK_FALSE(goes_direct("http://11.1.2.3/", "10.0.0.0/8"));
  CHECK(goes_direct("http://anything/", "*"));
}

TEST_CASE("each choice equals that of the real requests") {
  const std::string python = python_with_requests();
  if (python.empty()) {
    MESSAGE("skipped: neither HUBCACHE_TEST_PYTHON nor HUBCACHE_SDK_VENVS names a Python with requests");
    return;
  }
  Requests requests(python);
  if (requests.version() < "2.34") {
    MESSAGE("skipped: requests " << requests.version() << " ends a no_proxy name anywhere in a label; 2.34 does not");
    return;
  }
  int proxied = 0, direct = 0;
  setenv("RC_PARAMS", "max_success=3000", 0);
  CHECK(rc::check("proxy_for is requests' choice", [&] {
    const std::string url = any_url();
    const Variables variables = any_variables();
    const std::string expected = requests.proxy(url, variables);
    (expected.empty() ? direct : proxied) += 1;
    RC_ASSERT(proxy(url, variables) == expected);
  }));
  MESSAGE("requests " << requests.version() << ": " << proxied << " proxied, " << direct << " direct");
  CHECK(proxied > 500);
  CHECK(direct > 500);
}

TEST_CASE("each choice for Hugging Face's hub equals that of the real huggingface_hub") {
  for (const auto& row : test::read_table("http/httpx_proxies.tsv")) {
    Environment environment;
    std::string shown;
    for (std::size_t i = 2; i < row.size(); ++i) {
      const auto equals = row[i].find('=');
      environment.variables[row[i].substr(0, equals)] = row[i].substr(equals + 1);
      shown += row[i] + " ";
    }
    CAPTURE(row[0]);
    CAPTURE(shown);
    CHECK(proxy_for(environment, parse_url(row[0]).value(), ProxyRules::httpx).address == row[1]);
  }
}

}  // namespace hubcache::http

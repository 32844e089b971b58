// Trust in a private authority, named by each variable that the clients and OpenSSL read.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "http/client.h"

namespace hubcache::http {
namespace {

/// A folder with two self-signed certificates for 127.0.0.1, created by openssl, and a hashed folder for each.
class Authorities {
 public:
  Authorities() {
    std::string name = "/tmp/hubcache-tls-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
    for (const std::string who : {"hub", "stranger"}) make(who);
    std::ofstream(folder_ / "answer.json") << "{}";
  }
  ~Authorities() { std::filesystem::remove_all(folder_); }

  const std::filesystem::path& folder() const { return folder_; }
  std::string file(const std::string& who) const { return folder_ / (who + ".pem"); }
  std::string hashed_folder(const std::string& who) const { return folder_ / who; }

 private:
  void make(const std::string& who) const {
    std::filesystem::create_directory(hashed_folder(who));
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + who +
        " -addext subjectAltName=IP:127.0.0.1 -keyout " + file(who + "-key") + " -out " + file(who));
    std::filesystem::copy(file(who), hashed_folder(who) + "/ca.pem");
    run("openssl rehash " + hashed_folder(who));
  }
  static void run(const std::string& command) {
    if (system((command + " >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error("failed: " + command);
  }

  std::filesystem::path folder_;
};

/// Runs `openssl s_server` with the hub's certificate, which serves the folder's files.
class TlsServer {
 public:
  explicit TlsServer(const Authorities& authorities) {
    int output[2];
    if (pipe(output) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      dup2(output[1], 1);
      dup2(open("/dev/null", O_WRONLY), 2);
      if (chdir(authorities.folder().c_str()) != 0) _exit(1);
      execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", authorities.file("hub").c_str(),
             "-key", authorities.file("hub-key").c_str(), "-WWW", nullptr);
      _exit(127);
    }
    close(output[1]);
    output_ = fdopen(output[0], "r");
    read_port();
  }
  ~TlsServer() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    fclose(output_);
  }

  std::string origin(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + port_; }

 private:
  void read_port() {
    static const std::string start = "ACCEPT 127.0.0.1:";
    char line[256];
    while (fgets(line, sizeof line, output_)) {
      const std::string text = line;
      if (text.starts_with(start)) port_ = text.substr(start.size(), text.find('\n') - start.size());
      if (!port_.empty()) return;
    }
    throw std::runtime_error("openssl s_server did not start");
  }

  pid_t child_ = 0;
  FILE* output_ = nullptr;
  std::string port_;
};

}  // namespace

TEST_CASE("TLS: trusted authorities") {
  const Authorities authorities;
  const TlsServer server(authorities);
  const auto ask = [&](const std::map<std::string, std::string>& variables, const std::string& host = "127.0.0.1") {
    Environment environment;
    environment.variables.insert(variables.begin(), variables.end());
    return Client(environment, server.origin(host), "").get(server.origin(host) + "/answer.json");
  };
  const std::string hub = authorities.file("hub"), stranger = authorities.file("stranger");
  const std::string hub_folder = authorities.hashed_folder("hub"),
                    strangers_folder = authorities.hashed_folder("stranger");

  SUBCASE("an unknown authority is refused") {
    const auto answer = ask({});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::hub);
    CHECK(answer.error().hint.find("REQUESTS_CA_BUNDLE") != std::string::npos);
  }
  SUBCASE("each variable can name the authority") {
    CHECK(ask({{"REQUESTS_CA_BUNDLE", hub}}).has_value());
    CHECK(ask({{"REQUESTS_CA_BUNDLE", hub_folder}}).has_value());
    CHECK(ask({{"CURL_CA_BUNDLE", hub}}).has_value());
    CHECK(ask({{"SSL_CERT_FILE", hub}}).has_value());
    CHECK(ask({{"SSL_CERT_DIR", hub_folder}}).has_value());
    CHECK(ask({{"SSL_CERT_FILE", stranger}, {"SSL_CERT_DIR", hub_folder}}).has_value());
  }
  SUBCASE("the first variable that is not empty decides alone") {
    CHECK_FALSE(ask({{"REQUESTS_CA_BUNDLE", stranger}, {"CURL_CA_BUNDLE", hub}, {"SSL_CERT_FILE", hub}}).has_value());
    CHECK_FALSE(ask({{"CURL_CA_BUNDLE", strangers_folder}, {"SSL_CERT_DIR", hub_folder}}).has_value());
    CHECK(ask({{"REQUESTS_CA_BUNDLE", ""}, {"CURL_CA_BUNDLE", hub}, {"SSL_CERT_FILE", stranger}}).has_value());
    CHECK(ask({{"CURL_CA_BUNDLE", ""}, {"SSL_CERT_FILE", hub}}).has_value());
  }
  SUBCASE("the Error of a missing bundle names its variable") {
    const auto answer = ask({{"REQUESTS_CA_BUNDLE", hub + ".missing"}});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().hint.find("REQUESTS_CA_BUNDLE") != std::string::npos);
  }
  SUBCASE("a certificate for another name is refused") {
    CHECK_FALSE(ask({{"SSL_CERT_FILE", hub}}, "localhost").has_value());
  }
}

}  // namespace hubcache::http

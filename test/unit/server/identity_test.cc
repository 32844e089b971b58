// The certificates of the fronts, as OpenSSL checks them.
#include "server/identity.h"

#include <ctime>

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/ssl/context.hpp>

namespace hubcache::server {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr std::time_t a_day = 24 * 60 * 60;

Certificate certificate_in(const std::string& pem) {
  BIO* text = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Certificate certificate(PEM_read_bio_X509(text, nullptr, nullptr, nullptr), X509_free);
  BIO_free(text);
  return certificate;
}

/// Returns X509_V_OK if a client that trusts the authority accepts the certificate for the host at that time.
int verdict(const Identity& identity, X509* certificate, const char* host, std::time_t when) {
  const Certificate authority = certificate_in(identity.authority);
  REQUIRE(authority);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(trusted.get(), authority.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                              X509_STORE_CTX_free);
  X509_STORE_CTX_init(check.get(), trusted.get(), certificate, nullptr);
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set1_host(wanted, host, 0);
  X509_VERIFY_PARAM_set_time(wanted, when);
  X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);  // as Python does since 3.13
  X509_verify_cert(check.get());
  return X509_STORE_CTX_get_error(check.get());
}

X509* leaf_of(const Identity& identity) { return SSL_CTX_get0_certificate(identity.context->native_handle()); }

}  // namespace

TEST_CASE("a certificate is accepted for its names and no others, for 30 days") {
  const auto identity = make_identity({"www.hub.example", "hub.other.example"});
  REQUIRE(identity);
  X509* leaf = leaf_of(*identity);
  const std::time_t now = std::time(nullptr);
  for (const char* host : {"www.hub.example", "hub.other.example"})
    CHECK(verdict(*identity, leaf, host, now) == X509_V_OK);
  for (const char* host : {"hub.example", "x.www.hub.example", "example.com"})
    CHECK(verdict(*identity, leaf, host, now) == X509_V_ERR_HOSTNAME_MISMATCH);
  CHECK(verdict(*identity, leaf, "www.hub.example", now - a_day + 60) == X509_V_OK);
  CHECK(verdict(*identity, leaf, "www.hub.example", now - a_day - 60) == X509_V_ERR_CERT_NOT_YET_VALID);
  CHECK(verdict(*identity, leaf, "www.hub.example", now + 30 * a_day + 60) == X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_CASE("each identity has keys of its own") {
  const auto one = make_identity({"www.hub.example"}), other = make_identity({"www.hub.example"});
  REQUIRE((one && other));
  CHECK(one->authority != other->authority);
  CHECK(one->authority.find("KEY") == std::string::npos);
  CHECK(verdict(*one, leaf_of(*other), "www.hub.example", std::time(nullptr)) != X509_V_OK);
  const Certificate authority = certificate_in(one->authority);
  const EVP_PKEY* key = SSL_CTX_get0_privatekey(one->context->native_handle());
  CHECK(X509_check_private_key(authority.get(), key) == 0);
  CHECK(X509_check_private_key(leaf_of(*one), key) == 1);
}

TEST_CASE("the authority may sign for the names alone") {
  const auto identity = make_identity({"www.hub.example"});
  REQUIRE(identity);
  const Certificate authority = certificate_in(identity->authority);
  CHECK(X509_get_pathlen(authority.get()) == 0);
  const std::unique_ptr<NAME_CONSTRAINTS, decltype(&NAME_CONSTRAINTS_free)> limits(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(authority.get(), NID_name_constraints, nullptr, nullptr)),
      NAME_CONSTRAINTS_free);
  REQUIRE(limits);
  const auto verdict_on = [&](const char* names) {
    const Certificate certificate(X509_new(), X509_free);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_check_purpose(certificate.get(), -1, 0);  // reads the extensions
    return NAME_CONSTRAINTS_check(certificate.get(), limits.get());
  };
  CHECK(verdict_on("DNS:www.hub.example") == X509_V_OK);
  for (const char* names :
       {"DNS:hub.example", "DNS:example.com", "DNS:www.hub.example,DNS:a.example", "IP:10.1.2.3", "IP:2001:db8::1"})
    CHECK_MESSAGE(verdict_on(names) != X509_V_OK, names);
}

TEST_CASE("names that can be in a certificate") {
  for (const char* name : {"www.hub.example", "hub", "my_hub.corp.example", "3com.example"}) CHECK(is_host_name(name));
  for (const char* name :
       {"", "10.1.2.3", "0x7f.1", "[::1]", "hub,DNS:evil.example", "*.example", "HUB.example", "hüb"})
    CHECK_MESSAGE(!is_host_name(name), name);
}

}  // namespace hubcache::server

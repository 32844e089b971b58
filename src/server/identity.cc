#include "server/identity.h"

#include <algorithm>
#include <string_view>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <boost/asio/ssl/context.hpp>

#include "base/language.h"
#include "base/try.h"

namespace hubcache::server {
namespace {

constexpr int serial_bits = 159;  // at most 20 octets (RFC 5280, 4.1.2.2)
constexpr long a_day = 24 * 60 * 60;
constexpr long before = -a_day, after = 30 * a_day;  // seconds; the clients' clocks may be behind

template <auto release>
struct Release {
  template <class Object>
  void operator()(Object* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;

Error failed() {
  char why[256] = "unknown reason";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, why, sizeof why);
  return {ErrorCode::failed, say("cannot make a certificate: {}", why), ""};
}

Key new_key() {
  const std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>> maker(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
  EVP_PKEY* key = nullptr;
  const bool is_made = maker && EVP_PKEY_keygen_init(maker.get()) > 0 &&
                       EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker.get(), NID_X9_62_prime256v1) > 0 &&
                       EVP_PKEY_keygen(maker.get(), &key) > 0;
  return Key(is_made ? key : nullptr);
}

bool set_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, Release<BN_free>> number(BN_new());
  return number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509* certificate, std::string_view name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()),
                                    -1, 0) == 1;
}

/// Adds an extension; `value`: as in a file for openssl-x509v3_config(5).
bool extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate new_certificate(EVP_PKEY* key, std::string_view name) {
  Certificate certificate(X509_new());
  const bool is_made = certificate && X509_set_version(certificate.get(), 2) == 1 && set_serial(certificate.get()) &&
                       X509_gmtime_adj(X509_getm_notBefore(certificate.get()), before) &&
                       X509_gmtime_adj(X509_getm_notAfter(certificate.get()), after) &&
                       X509_set_pubkey(certificate.get(), key) == 1 && set_name(certificate.get(), name);
  return is_made ? std::move(certificate) : nullptr;
}

bool sign(X509* certificate, const X509* issuer, EVP_PKEY* key) {
  return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string joined(const std::vector<std::string>& names, std::string_view before_each) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ",").append(before_each).append(name);
  return text;
}

Certificate new_authority(EVP_PKEY* key, const std::vector<std::string>& names) {
  Certificate own = new_certificate(key, "hubcache run");
  const std::string permitted = "critical," + joined(names, "permitted;DNS:") +
                                ",excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0";
  const bool is_made = own && extend(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                       extend(own.get(), own.get(), NID_key_usage, "critical,keyCertSign") &&
                       extend(own.get(), own.get(), NID_name_constraints, permitted) &&
                       extend(own.get(), own.get(), NID_subject_key_identifier, "hash") &&
                       sign(own.get(), own.get(), key);
  return is_made ? std::move(own) : nullptr;
}

Certificate new_leaf(EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key, const std::vector<std::string>& names) {
  Certificate leaf = new_certificate(key, "hubcache");
  const bool is_made = leaf && extend(leaf.get(), authority, NID_basic_constraints, "critical,CA:FALSE") &&
                       extend(leaf.get(), authority, NID_key_usage, "critical,digitalSignature") &&
                       extend(leaf.get(), authority, NID_ext_key_usage, "serverAuth") &&
                       extend(leaf.get(), authority, NID_subject_alt_name, joined(names, "DNS:")) &&
                       extend(leaf.get(), authority, NID_subject_key_identifier, "hash") &&
                       extend(leaf.get(), authority, NID_authority_key_identifier, "keyid") &&
                       sign(leaf.get(), authority, authority_key);
  return is_made ? std::move(leaf) : nullptr;
}

std::string pem_of(X509* certificate) {
  const std::unique_ptr<BIO, Release<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return "";
  const long length = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

bool is_host_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  in_addr address{};
  return !name.empty() && name.find_first_not_of(allowed) == name.npos && inet_aton(name.c_str(), &address) == 0;
}

Result<Identity> make_identity(const std::vector<std::string>& names) {
  namespace ssl = boost::asio::ssl;
  ERR_clear_error();
  const Key authority_key = new_key(), key = new_key();
  if (!authority_key || !key) return failed();
  const Certificate authority = new_authority(authority_key.get(), names);
  if (!authority) return failed();
  const Certificate leaf = new_leaf(key.get(), authority.get(), authority_key.get(), names);
  if (!leaf) return failed();
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* settings = context->native_handle();
  SSL_CTX_set_min_proto_version(settings, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(settings, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(settings, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate(settings, leaf.get()) != 1 || SSL_CTX_use_PrivateKey(settings, key.get()) != 1)
    return failed();
  return Identity{pem_of(authority.get()), std::move(context)};
}

}  // namespace hubcache::server

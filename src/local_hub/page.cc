#include "local_hub/page.h"

#include <array>

#include <openssl/evp.h>

#include <fmt/format.h>

#include "base/language.h"
#include "digest/digest.h"

namespace hubcache::local_hub {
namespace {

constexpr const char* style =
    R"(:root{color-scheme:light dark;--line:#d0d4da;--soft:#5b6470;--bar:#2f6fde;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--line:#3a4048;--soft:#a3abb6;--bar:#7aa7ff;--bad:#ff8a80}}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem}
h1{font-size:1.4rem;margin:.5rem 0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th,.soft{color:var(--soft);font-weight:normal}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.name{overflow-wrap:anywhere;min-width:12rem}code,pre{font:13px/1.5 ui-monospace,monospace}
pre{border:1px solid var(--line);padding:.6rem;overflow-x:auto}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:0}.figures div{min-width:5rem}
dt{color:var(--soft)}dd{margin:0;font-size:1.2rem;font-variant-numeric:tabular-nums}
svg{display:block;max-width:100%}rect{fill:var(--bar)}.axis{fill:var(--line)}.bad{color:var(--bad)}
)";

/// The Content-Security-Policy: nothing runs and nothing is loaded, whatever a name of a file contains.
std::string policy() {
  const Sha256 digest = digest::sha256(style);
  std::array<unsigned char, 64> base64{};
  EVP_EncodeBlock(base64.data(), digest.bytes.data(), static_cast<int>(digest.bytes.size()));
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'",
      reinterpret_cast<const char*>(base64.data()));
}

}  // namespace

server::Answer page_answer(unsigned status, const std::string& title, const Html& body, bool reloads) {
  Html head = void_element("meta", {{"charset", "utf-8"}});
  head += void_element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  if (reloads) head += void_element("meta", {{"http-equiv", "refresh"}, {"content", "10"}});
  head += void_element("link", {{"rel", "icon"}, {"href", "data:,"}});  // else a browser asks for /favicon.ico
  head += element("title", text(title));
  head += element("style", Html{style});
  const Html page =
      element("html", {{"lang", is_translating() ? "zh-CN" : "en"}}, element("head", head) + element("body", body));
  static const std::string headers =
      "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
      "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: " +
      policy() + "\r\n";
  return {status, headers, "<!DOCTYPE html>\n" + page.code + "\n"};
}

}  // namespace hubcache::local_hub

#include "server/mount.h"

#include <algorithm>
#include <optional>

#include "http/url.h"
#include "server/message.h"

namespace hubcache::server {
namespace {

/// Returns path and query, "/a/b?c" of "https://host/a/b?c". Without a query, removes a slash at the end.
std::string_view path_of(std::string_view address) {
  const auto scheme = address.find("://");
  const auto start = scheme == address.npos ? address.npos : address.find_first_of("/?", scheme + 3);
  std::string_view path = start == address.npos ? std::string_view() : address.substr(start);
  if (path.find('?') == path.npos && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::optional<std::string_view> below(std::string_view folder, std::string_view path) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  const bool is_below = path.empty() || path.starts_with('/') || path.starts_with('?');
  return is_below ? std::optional(path) : std::nullopt;
}

bool is_absolute(std::string_view address) { return address.starts_with("//") || http::parse_url(address).has_value(); }

/// Returns the address without user and password, so that clients do not get the upstream's credentials.
std::string without_user(const http::Url& url) {
  return url.scheme + "://" + url.host + (url.names_port ? ":" + url.port : "") + std::string(path_of(url.text));
}

std::string address_for_client(const Mount& mount, const std::string& requested, std::string_view address) {
  const auto from = http::parse_url(requested), upstream = http::parse_url(mount.upstream);
  if (!from || !upstream) return std::string(address);
  const auto target = http::follow(*from, address);
  if (!target) return std::string(address);
  const bool absolute = is_absolute(address);
  const auto rest =
      http::same_origin(*target, *upstream) ? below(path_of(upstream->text), path_of(target->text)) : std::nullopt;
  if (!rest) return absolute ? std::string(address) : without_user(*target);
  std::string mapped((absolute ? mount.root : path_of(mount.root)));
  mapped += *rest;
  return mapped.empty() ? "/" : mapped;
}

/// Maps the addresses in a Link header: `<address>; rel="next", <address>; …`.
std::string link_for_client(const Mount& mount, const std::string& requested, std::string_view links) {
  std::string mapped;
  for (;;) {
    const auto start = links.find('<');
    const auto end = start == links.npos ? start : links.find('>', start);
    if (end == links.npos) return mapped.append(links);
    mapped.append(links.substr(0, start + 1));
    mapped += address_for_client(mount, requested, links.substr(start + 1, end - start - 1));
    links.remove_prefix(end);
  }
}

}  // namespace

std::string field_for_client(const Mount& mount, const std::string& requested, std::string_view name,
                             std::string_view value) {
  if (mount.root.empty()) return std::string(value);
  if (same_word(name, "Location")) return address_for_client(mount, requested, value);
  if (same_word(name, "Link")) return link_for_client(mount, requested, value);
  return std::string(value);
}

}  // namespace hubcache::server

#include <algorithm>
#include <cstring>

#include <hubcache/repo.h>

#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

Error usage(std::string message, std::string hint) { return {ErrorCode::usage, std::move(message), std::move(hint)}; }

bool is_id_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || byte >= 0x80;
}

bool is_id_part(std::string_view part) {
  static constexpr std::string_view reserved[] = {".", "..", "._tmp", "._hubcache"};
  return !part.empty() && part.size() <= 128 && std::ranges::all_of(part, is_id_character) && is_utf8(part) &&
         std::ranges::find(reserved, part) == std::end(reserved);
}

/// Checks rules 1 and 3 to 10 of git-check-ref-format(1), for a name of one or more parts. Also rejects a '-' at the
/// beginning, more than 255 bytes, and text that is not UTF-8.
bool is_ref_name(std::string_view text) {
  static constexpr std::string_view forbidden = " ~^:?*[\\";
  if (text.empty() || text.size() > 255 || text == "@" || text.front() == '/' || text.back() == '/' ||
      text.back() == '.' || text.front() == '-') {
    return false;
  }
  if (text.find("..") != text.npos || text.find("//") != text.npos || text.find("@{") != text.npos) return false;
  const auto is_bad = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || forbidden.find(c) != forbidden.npos;
  };
  if (std::ranges::any_of(text, is_bad) || !is_utf8(text)) return false;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('/', start), text.size());
    const std::string_view part = text.substr(start, end - start);
    if (part.starts_with('.') || part.ends_with(".lock")) return false;
    start = end + 1;
  }
  return true;
}

bool is_path_part(std::string_view part) { return !part.empty() && part.size() <= 255 && part != "." && part != ".."; }

}  // namespace

std::string_view name_of(RepoType type) {
  return type == RepoType::model ? std::string_view(marked("model")) : marked("dataset");
}

Result<RepoType> parse_repo_type(std::string_view text) {
  if (text == "model") return RepoType::model;
  if (text == "dataset") return RepoType::dataset;
  return usage(say("invalid repo type: {}", in_quotes(text)), say("use model or dataset"));
}

Result<RepoId> RepoId::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos || !is_id_part(text.substr(0, slash)) || !is_id_part(text.substr(slash + 1))) {
    return usage(say("{} is not a repo id", in_quotes(text)),
                 say("use owner/name, for example ctbots/first-paddle-model"));
  }
  return RepoId(std::string(text.substr(0, slash)), std::string(text.substr(slash + 1)));
}

Result<Revision> Revision::parse(std::string_view text) {
  if (!is_ref_name(text))
    return usage(say("invalid revision: {}", in_quotes(text)),
                 say("use a branch, a tag or a commit, for example master"));
  return Revision(std::string(text));
}

Result<RelPath> RelPath::parse(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::failed, say("the path {} is not valid: {}", in_quotes(text), why), ""};
  };
  if (text.empty()) return refuse(say("it is empty"));
  if (text.size() > 4096) return refuse(say("it is longer than 4,096 bytes"));
  if (text.find('\0') != text.npos) return refuse(say("it contains a NUL byte"));
  if (!is_utf8(text)) return refuse(say("it is not UTF-8"));
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('/', start), text.size());
    if (!is_path_part(text.substr(start, end - start)))
      return refuse(say("a part of it is empty, '.', '..' or too long"));
    start = end + 1;
  }
  return RelPath(std::string(text));
}

std::string_view RelPath::parent() const {
  const auto slash = text_.rfind('/');
  return slash == text_.npos ? std::string_view() : std::string_view(text_).substr(0, slash);
}

std::string_view RelPath::filename() const {
  const auto slash = text_.rfind('/');
  return slash == text_.npos ? std::string_view(text_) : std::string_view(text_).substr(slash + 1);
}

Result<ObjectId> ObjectId::parse(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if ((text.size() != 40 && text.size() != 64) || !std::ranges::all_of(text, is_hex)) {
    return Error{ErrorCode::failed, say("invalid object id: {}", in_quotes(text.substr(0, 80))), ""};
  }
  ObjectId id;
  std::memcpy(id.digits_, text.data(), text.size());
  id.length_ = static_cast<std::uint8_t>(text.size());
  return id;
}

ObjectId ObjectId::of_bytes(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  ObjectId id;
  id.length_ = static_cast<std::uint8_t>(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    id.digits_[2 * i] = digits[byte >> 4];
    id.digits_[2 * i + 1] = digits[byte & 15];
  }
  return id;
}

}  // namespace hubcache

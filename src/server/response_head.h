// The head of an upstream's response, parsed strictly: what is sent on is made of these parts, never of the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/result.h>

namespace hubcache::server {

/// Whether the field belongs to one connection and not to the message (RFC 9110, 7.6.1), or is set anew by whoever
/// sends the message on.
bool is_of_the_connection(std::string_view name);

/// The field names that the values of Connection fields list: a sender's further fields of one connection.
class NominatedFields {
 public:
  void add(std::string_view connection_value);
  bool contains(std::string_view name) const;

 private:
  std::vector<std::string> names_;
};

class ResponseHead {
 public:
  /// Takes the next line, with its line end. Interim responses (1xx) are skipped. An Error says why the head is not
  /// valid HTTP/1; nothing of the response may be sent on then.
  Result<void> take_line(std::string_view line);

  bool is_complete() const { return is_complete_; }
  unsigned status() const { return status_; }
  /// The fields to send on, in their order.
  std::vector<std::pair<std::string, std::string>> fields() const;
  /// The length of the body by Content-Length; none if it is not known before its end.
  std::optional<std::uint64_t> length() const;

 private:
  Result<void> take_status(std::string_view line);
  Result<void> take_field(std::string_view line);
  Result<void> take_length(std::string_view value);
  Result<void> end();

  unsigned status_ = 0;
  std::vector<std::pair<std::string, std::string>> fields_;
  NominatedFields nominated_;
  std::optional<std::uint64_t> length_;
  std::size_t bytes_ = 0;
  bool has_status_ = false, is_encoded_ = false, is_complete_ = false;
};

}  // namespace hubcache::server

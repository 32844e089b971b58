// Parses the head of an upstream's response strictly. The head that is sent on is made from the parsed parts, never
// from the received bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/result.h>

namespace hubcache::server {

/// Whether the field belongs to one connection and not to the message (RFC 9110, 7.6.1), or the program that sends the
/// message on sets the field itself.
bool is_of_the_connection(std::string_view name);

/// The field names in the values of Connection fields: a sender's other fields for one connection.
class NominatedFields {
 public:
  void add(std::string_view connection_value);
  bool contains(std::string_view name) const;

 private:
  std::vector<std::string> names_;
};

class ResponseHead {
 public:
  /// Parses the next line, which includes its line end. Skips interim responses (1xx). An Error says why the head is
  /// not valid HTTP/1; no part of the response may then be sent on.
  Result<void> take_line(std::string_view line);

  bool is_complete() const { return is_complete_; }
  unsigned status() const { return status_; }
  /// Returns the fields to send on, in their order.
  std::vector<std::pair<std::string, std::string>> fields() const;
  /// Returns the length of the body by Content-Length; nullopt if it is unknown.
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

// Takes a manifest's text apart, piece by piece: it may have hundreds of megabytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hubcache::published {

/// Finds the first list "files" of a JSON object. Everything else is left to a parser of JSON.
class ManifestText {
 public:
  /// `entry`: gets each item of the list. The text is valid until the call returns, and has room for a parser's
  /// padding.
  explicit ManifestText(std::function<void(const std::string& text)> entry) : entry_(std::move(entry)) {}

  /// Returns false if an item or the rest is longer than a manifest's may be: the text is then not to be used.
  bool take(std::string_view piece);
  bool has_files() const { return part_ == Part::after; }
  /// The object with an empty list.
  const std::string& rest() const { return rest_; }

 private:
  enum class Part { before, files, after };
  void structure(char c);
  void end_entry();

  std::function<void(const std::string&)> entry_;
  Part part_ = Part::before;
  std::string rest_, item_;
  int depth_ = 0;
  bool is_in_text_ = false, is_escaped_ = false;
};

}  // namespace hubcache::published

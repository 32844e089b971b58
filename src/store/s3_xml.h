// Reads the XML of an S3 service's answers, which consists of elements and text only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::store {

/// Gets each element when it ends: its path ("ListBucketResult/Contents/Key"), and the text directly inside it.
using TakeElement = std::function<void(std::string_view path, const std::string& text)>;

/// Passes on the elements in the order of their ends. ErrorCode::hub for text that is not such XML: unbalanced or
/// nested more than 16 deep, with unknown entities, or with a DOCTYPE.
Result<void> read_xml(std::string_view xml, const TakeElement& take);

/// Returns the text of the first element with this path; "" if there is none, or if the text is not such XML.
std::string element_of(std::string_view xml, std::string_view path);

}  // namespace hubcache::store

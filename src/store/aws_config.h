// The files in which AWS's tools keep credentials and settings: ~/.aws/credentials and ~/.aws/config.
//
// Reference: botocore 1.34, configloader.load_config and credentials.SharedCredentialProvider.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace hubcache::store {

/// Settings by name; "s3.addressing_style" is the setting addressing_style in the indented block of s3.
using Settings = std::map<std::string, std::string, std::less<>>;

/// Returns the settings of the profile that AWS_PROFILE names, else "default": those of the credentials file, then
/// those of the configuration. AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name other files. ErrorCode::usage if
/// AWS_PROFILE names a profile that neither file has, or if a file cannot be read.
Result<Settings> aws_profile(const Environment& environment);

/// Returns the settings of one section in the text of such a file; nullopt if there is no such section.
std::optional<Settings> section_of(std::string_view text, std::string_view section);

}  // namespace hubcache::store

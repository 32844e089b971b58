// The certificates of trusted authorities as one text.
#pragma once

#include <string>

#include <hubcache/result.h>

#include "http/certificates.h"

namespace hubcache::local_hub {

/// Returns the certificates in the file, or in the folder's files with hashed names, as PEM. Leaves out everything else
/// in the files, for example a private key. ErrorCode::failed if there is none.
Result<std::string> bundle_of(const http::Certificates& certificates);

}  // namespace hubcache::local_hub

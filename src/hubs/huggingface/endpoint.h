// The address of Hugging Face's hub and the access token, from the variables and files of huggingface_hub.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// Returns host and token. Host: HF_ENDPOINT, else https://huggingface.co. Token: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the
/// token file; none with HF_HUB_DISABLE_IMPLICIT_TOKEN. ErrorCode::usage if HF_ENDPOINT is not a valid address;
/// ErrorCode::hub if the token file cannot be read.
Result<Endpoint> huggingface_endpoint(const Environment& environment);

/// Returns only the hub's host.
Result<std::string> huggingface_host(const Environment& environment);

}  // namespace hubcache::hub

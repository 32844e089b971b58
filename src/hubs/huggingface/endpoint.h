// Where Hugging Face's hub is, and as whom it is asked: by the variables and files of huggingface_hub.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// HF_ENDPOINT, else https://huggingface.co. The token: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the token file; none with
/// HF_HUB_DISABLE_IMPLICIT_TOKEN. ErrorCode::usage for an HF_ENDPOINT that is no address; ErrorCode::hub for a token
/// file that cannot be read.
Result<Endpoint> huggingface_endpoint(const Environment& environment);

/// Returns only the hub's host, as the environment names it.
Result<std::string> huggingface_host(const Environment& environment);

/// HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE, where it keeps huggingface_hub from asking its hub; else "".
std::string huggingface_offline_variable(const Environment& environment);

}  // namespace hubcache::hub

// aistudio-sdk 0.3.x with its default cache, or with local_dir. docs/formats/aistudio.md has the facts;
// utils/caching.py is the same in all 0.3 releases.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& aistudio();
const Target& aistudio_dir();  ///< local_dir=DIR

/// The parts of the target, one file each.
namespace aistudio_parts {

std::filesystem::path models_root(const Environment&, RepoType);
Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
Result<View> view(const Place&);
Verdict verdict(const FileFacts&, IndexState, const RemoteFile&, const ClientSettings&, Question);
/// `.msc`, a pickle. Reading it is an Error where the SDK's own pickle.load or its loops over it would fail at once.
extern const Index index;
Result<std::vector<IndexRecord>> parse_index(std::string_view bytes);

}  // namespace aistudio_parts

}  // namespace hubcache::hub

#include <algorithm>

#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "store/folder_store.h"
#include "store/s3_store.h"
#include "store/store.h"

namespace hubcache::store {

Result<std::unique_ptr<Store>> open(const Environment& environment, std::string_view name, IfMissing if_missing) {
  if (name.starts_with("s3://")) return S3Store::open(environment, name);
  if (name.starts_with("s3:") || name.find("://") != name.npos || name.empty()) {
    return Error{ErrorCode::usage, say("{} is not a store", in_quotes(name)),
                 say("name a bucket (s3://bucket/prefix) or a folder")};
  }
  return FolderStore::open(absolute_path(environment.working_folder, name), if_missing);
}

Error changed_meanwhile(const FileToPut& file) {
  return {ErrorCode::conflict, say("{} changed while it was uploaded", in_quotes(file.path.native())),
          say("run the command again when no program writes to the file")};
}

}  // namespace hubcache::store

// A file that is being made and is removed again unless it is kept.
#pragma once

#include <string_view>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/root.h"

namespace hubcache::fs {

/// Returns true for names that create_temporary() makes.
bool is_temporary_name(std::string_view name);

class NewFile {
 public:
  /// Creates a file for writing; `mode` less the umask. An Error if the name exists, even as a broken symlink.
  static Result<NewFile> create(Name name, unsigned mode);
  /// Creates a file with a unique hidden name in `folder`; `mode` less the umask.
  static Result<NewFile> create_temporary(const Name& folder, unsigned mode = 0666);

  NewFile(NewFile&& other) noexcept = default;
  NewFile& operator=(NewFile&& other) = delete;
  ~NewFile();  ///< removes the file unless it was kept, if the name still belongs to it

  const Name& name() const { return name_; }
  int descriptor() const { return file_.get(); }
  Result<void> write(std::string_view bytes);
  Result<void> sync();
  void keep() { file_ = Descriptor(); }

 private:
  NewFile(Name name, Descriptor file) : name_(std::move(name)), file_(std::move(file)) {}
  Name name_;
  Descriptor file_;
};

}  // namespace hubcache::fs

// Copies of a commit's files that transformers and datasets make outside huggingface_hub's cache.
#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/root.h"
#include "fs/walk.h"
#include "hubs/huggingface/home.h"
#include "hubs/huggingface/target.h"

namespace hubcache::hub::huggingface_parts {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Models dynamic_module_utils._sanitize_module_name of transformers 5.23.0.
std::string module_name(std::string_view name) {
  std::string module = !name.empty() && is_digit(name.front()) ? "_" : "";
  for (const char c : name) {
    if (c == '.') module += "_dot_";
    else if (c == '-') module += "_hyphen_";
    else module += c;
  }
  return module;
}

/// Models naming.camelcase_to_snakecase of datasets 5.2.0.
std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = i > 0 && is_upper(name[i]) &&
                             (is_lower(name[i - 1]) || is_digit(name[i - 1]) ||
                              (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if (begins_word) snake += '_';
    snake += is_upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

/// Models dynamic_module_utils.get_cached_module_file.
std::string code_folder(const RepoRef& repo, std::string_view commit) {
  return "transformers_modules/" + module_name(repo.id.owner()) + "/" + module_name(repo.id.name()) + "/" +
         std::string(commit);
}

/// Models builder.DatasetBuilder._relative_data_dir; the folder contains <config>/<version>/<commit>.
std::string data_folder(const RepoRef& repo) { return repo.id.owner() + "___" + snake_case(repo.id.name()); }

/// Resolves symlinks: the user may have put a symlink to another disk there.
std::filesystem::path without_links(const std::filesystem::path& folder) {
  std::error_code problem;
  const auto real = std::filesystem::canonical(folder, problem);
  return problem ? folder : real;
}

Result<bool> is_folder(const fs::Name& name) { return TRY(fs::status_of(name)).kind == fs::Kind::folder; }

Result<std::vector<CommitCopy>> code_copies(const std::filesystem::path& cache, const RepoRef& repo,
                                            std::string_view commit) {
  std::vector<CommitCopy> found;
  const std::string name = code_folder(repo, commit);
  const fs::Root root(cache);
  if (TRY(is_folder({root, name}))) found.push_back({CommitCopy::Kind::code, cache, name});
  return found;
}

Result<std::vector<CommitCopy>> data_copies(const std::filesystem::path& cache, const RepoRef& repo,
                                            std::string_view commit) {
  constexpr auto depth = 3;
  std::vector<CommitCopy> found;
  const std::string folder = data_folder(repo);
  const fs::Root root(cache);
  if (!TRY(is_folder({root, folder}))) return found;
  TRY(fs::walk_below({root, folder}, [&](const std::string& name, const fs::Status& status) {
    if (status.kind != fs::Kind::folder) return fs::Descend::no;
    const auto level = std::ranges::count(name, '/') + 1;
    if (level == depth && name.ends_with("/" + std::string(commit)))
      found.push_back({CommitCopy::Kind::data, cache, folder + "/" + name});
    return level < depth ? fs::Descend::yes : fs::Descend::no;
  }));
  return found;
}

}  // namespace

Result<std::vector<CommitCopy>> commit_copies(const Environment& environment, const RepoRef& repo,
                                              std::string_view commit) {
  if (commit.empty()) return std::vector<CommitCopy>();
  const HuggingFaceHome home = huggingface_home(environment);
  return repo.type == RepoType::model ? code_copies(without_links(home.modules), repo, commit)
                                      : data_copies(without_links(home.datasets), repo, commit);
}

std::string copies_caution(const Environment& environment, const RepoRef& repo, std::string_view commit,
                           bool has_code) {
  const HuggingFaceHome home = huggingface_home(environment);
  const std::string remedy = say("after an edit, run hubcache refresh to move an outdated copy aside");
  if (repo.type == RepoType::dataset) {
    return say("load_dataset saves a copy of the first load in {} and uses that copy from then on; {}",
               in_quotes((home.datasets / data_folder(repo) / "*/*" / commit).native()), remedy);
  }
  if (!has_code) return "";
  return say(
      "with trust_remote_code, transformers copies the repo's Python files to {} and runs that copy from then on; {}",
      in_quotes((home.modules / code_folder(repo, commit)).native()), remedy);
}

}  // namespace hubcache::hub::huggingface_parts

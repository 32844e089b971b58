// Reads any text as each answer of each hub, and selects the files of the listings as the hub's clients do.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness.h"
#include "hub/lfs_pointer.h"
#include "hub/sift.h"
#include "hubs/aistudio/gitea_answer.h"
#include "hubs/aistudio/names.h"
#include "hubs/csghub/answer.h"
#include "hubs/csghub/names.h"
#include "hubs/huggingface/answer.h"
#include "hubs/huggingface/names.h"
#include "hubs/modelscope/answer.h"
#include "hubs/modelscope/names.h"

namespace hubcache::fuzz {
namespace {

using namespace hub;

/// A hub's names that become files stay below a folder, and are sorted and different.
void check_sifted(std::vector<Entry> entries, const SiftRules& rules) {
  const auto sifted = sift(std::move(entries), rules, RepoId::parse("me/model").value());
  if (!sifted) return;
  for (std::size_t i = 0; i < sifted->files.size(); ++i) {
    const std::string& path = sifted->files[i].path.str();
    require(RelPath::parse(path).has_value());
    require(i == 0 || sifted->files[i - 1].path.str() < path);
  }
}

void check_aistudio(const std::string& body) {
  if (auto page = read_tree_page(body)) check_sifted(std::move(page->entries), aistudio_names);
  if (auto folder = read_folder(body)) check_sifted(*std::move(folder), aistudio_names);
  static_cast<void>(read_contents(body));
  static_cast<void>(read_commit_of_tag(body));
  static_cast<void>(read_commit_of_branch(body));
  static_cast<void>(read_about(body));
  static_cast<void>(is_empty_list(body));
  static_cast<void>(read_message(body));
}

void check_huggingface(const std::string& body) {
  if (auto page = read_huggingface_page(body)) check_sifted(*std::move(page), huggingface_names);
  if (const auto commit = read_commit_of_info(body)) require(commit->str().size() == 40);
  static_cast<void>(read_id_of_info(body));
  static_cast<void>(read_huggingface_error(body));
}

void check_modelscope(const std::string& body) {
  if (auto files = read_modelscope_files(body)) check_sifted(*std::move(files), modelscope_names);
  static_cast<void>(read_modelscope_revisions(body));
  static_cast<void>(read_modelscope_message(body));
}

void check_csghub(const std::string& body) {
  if (auto info = read_csghub_info(body)) check_sifted(std::move(info->entries), csghub_names);
  static_cast<void>(read_csghub_error(body));
}

}  // namespace

void take(std::string_view input) {
  const std::string body(input);
  check_aistudio(body);
  check_huggingface(body);
  check_modelscope(body);
  check_csghub(body);
  static_cast<void>(lfs_size_in(input));
  static_cast<void>(lfs_size_in_base64(input));
}

}  // namespace hubcache::fuzz

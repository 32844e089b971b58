#include "adoption/stage.h"

#include <algorithm>
#include <set>

#include "adoption/led_to.h"
#include "adoption/link_choice.h"
#include "adoption/link_counts.h"
#include "adoption/moves.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/system_error.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Staged;
using std::filesystem::path;

constexpr std::uint64_t large_copy = 1ull << 30;  // bytes; larger copies need the user's consent

class Stager {
 public:
  Stager(const hub::Target& target, const hub::View& view, const Plan& plan, record::Record& next, Custody& custody,
         const AdoptRequest& request)
      : target_(target), view_(view), plan_(plan), next_(next), custody_(custody), request_(request) {}

  Result<std::vector<std::string>> run() {
    std::vector<std::size_t> to_copy;
    for (const auto index : plan_.to_place) {
      if (!TRY(make_link_for(entry(index)))) to_copy.push_back(index);
    }
    const LedToCopies led_to = TRY(link_what_is_led_to(plan_.to_place, next_, view_, custody_));
    links_ = count_placed(next_, plan_.to_place);
    TRY(announce(led_to));
    for (const auto index : to_copy) TRY(make(entry(index), LinkKind::copy));
    TRY(copy_led_to(led_to));
    warn_copied();
    // Syncs the folders last: the first sync then writes a journal that contains all changes.
    for (const std::string& folder : folders_) TRY(fs::sync_folder({*custody_.stage().root(), folder}));
    return std::move(warnings_);
  }

 private:
  Entry& entry(std::size_t index) { return next_.entries[index]; }
  path source_of(const Entry& entry) const { return next_.folder / entry.path.str(); }

  Result<void> make(Entry& entry, LinkKind kind) {
    const fs::Name name = custody_.stage(entry.location().str());
    TRY(make_link(kind, source_of(entry), name));
    entry.staged->stamp = TRY(fs::status_of(name)).stamp;
    return {};
  }

  /// Returns false if no kind of link works and the file has to be copied.
  Result<bool> make_link_for(Entry& entry) {
    TRY(check_not_cancelled());
    const fs::Name name = custody_.stage(entry.location().str());
    if (folders_.insert(name.parent().relative()).second) TRY(custody_.make_folders_above(name));
    Staged& staged = *entry.staged;
    const LinkKind wanted = staged.link;
    const auto& order = plan_.link_order;
    for (auto kind = std::ranges::find(order, wanted); kind != order.end() && *kind != LinkKind::copy; ++kind) {
      staged.link = *kind;
      const auto made = make(entry, *kind);
      if (made) return true;
      if (!fs::is_link_refused(made.error().number)) return made.error();
      if (order.size() == 1) return refused(entry, made.error());
      if (first_refused_.path.empty()) first_refused_ = {entry.path.str(), made.error().message};
    }
    staged.link = LinkKind::copy;
    return false;
  }

  /// Adds a hint to the error if the kind of link that the user asked for fails: finds a kind that works for this file.
  Error refused(const Entry& entry, Error error) const {
    const auto works = [&](LinkKind kind) {
      if (kind == LinkKind::copy) return true;
      const fs::Name name = custody_.stage(entry.location().str());
      return make_link(kind, source_of(entry), name) && fs::remove_file(name);
    };
    const auto order = target_.rules.link_order(view_.moves_by_rename);
    const auto kind = std::ranges::find_if(order, works);
    const auto command = adopt_command(target_, request_, view_.place.root, name_of(*kind));
    error.hint = *kind == LinkKind::copy
                     ? say("run {}, or use --link auto, which copies only the files that cannot be linked", command)
                     : say("run {}", command);
    return error;
  }

  Result<void> announce(const LedToCopies& led_to) const {
    std::string what;
    if (links_.copied_files > 0)
      what = say("{}, {}", counted(links_.copied_files, "file"), human_size(links_.copied_bytes));
    if (!led_to.names.empty()) {
      const std::string guarded = say("{} of the client's cache, {}, which the client's clean-up could delete",
                                      counted(led_to.names.size(), "file"), human_size(led_to.bytes));
      what = what.empty() ? guarded : say("{}, and {}", what, guarded);
    }
    if (what.empty()) return {};
    what =
        say("{}, to {}", what, in_quotes((links_.copied_files > 0 ? view_.place.root : view_.place.record).native()));
    if (request_.ask && links_.copied_bytes + led_to.bytes > large_copy && !request_.ask(say("copy {}?", what))) {
      return Error{ErrorCode::conflict, say("copy declined: {}", what),
                   say("answer yes, or add --yes; a folder on the file system of the cache folder needs no copy")};
    }
    if (request_.tell) request_.tell(say("copying {}", what));
    return {};
  }

  Result<void> copy_led_to(const LedToCopies& led_to) {
    const auto unreadable = TRY(copy_what_is_led_to(led_to, custody_));
    for (const std::string& name : unreadable) {
      warnings_.push_back(
          say("{} belongs to another user and cannot be read: until release, no snapshot links to this file, so the "
              "client's clean-up (hf cache prune) could delete it",
              in_quotes((view_.place.root / name).native())));
    }
    const auto copied = led_to.names.size() - unreadable.size();
    if (copied > 0) {
      warnings_.push_back(say(
          "hubcache copied {} of the client's cache, {}, to {}: until release, no snapshot links to these files, so "
          "the client's clean-up (hf cache prune) could delete them, and the system does not allow hard links to them",
          counted(copied, "file"), human_size(led_to.bytes), in_quotes(custody_.led_to().path().native())));
    }
    return {};
  }

  void warn_copied() {
    const bool is_copied = links_.copied_files > 0 && plan_.link_order.size() > 1;
    const FirstCopy& first = plan_.first_copy.path.empty() ? first_refused_ : plan_.first_copy;
    if (is_copied && !first.path.empty())
      warnings_.push_back(copies_warning(links_, request_.dry_run, first, plan_.link_order));
  }

  const hub::Target& target_;
  const hub::View& view_;
  const Plan& plan_;
  record::Record& next_;
  Custody& custody_;
  const AdoptRequest& request_;
  std::set<std::string> folders_;  ///< folders in stage/, relative to its Root
  FirstCopy first_refused_;
  PlacedLinks links_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<std::vector<std::string>> stage(const hub::Target& target, const hub::View& view, const Plan& plan,
                                       record::Record& next, Custody& custody, const AdoptRequest& request) {
  return Stager(target, view, plan, next, custody, request).run();
}

}  // namespace hubcache::adoption

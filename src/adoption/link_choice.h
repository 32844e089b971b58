// Decide: chooses the kind of link for each file. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/link_facts.h"
#include "hub/target.h"

namespace hubcache::adoption {

/// The adoption for which a kind of link is chosen. The referenced values must outlive it.
struct LinkQuestion {
  const hub::Target& target;
  const AdoptRequest& request;
  const std::filesystem::path& place;
  const LinkFacts& facts;
  const LocalTree& local;
  bool in_place = false;
};

class LinkChoice {
 public:
  /// Returns ErrorCode::conflict if the kind that the user asked for endangers the user's files or is known to fail for
  /// a file; the hint is a command with a kind that works. In place, returns ErrorCode::conflict if the client could
  /// write into the user's files.
  static Result<LinkChoice> make(const LinkQuestion& question);

  /// Chooses the kind that the user asked for (`request.link` must be set) without checking whether it works: for files
  /// that are in the place already.
  static LinkChoice unchecked(const LinkQuestion& question) { return {{*question.request.link}, question.facts}; }

  /// Returns the first kind of order() that is not known to fail for the file; the last kind if all are.
  LinkKind of(const LocalFile& file) const;
  /// Returns why the file is copied although order() has other kinds before the copy; "" if of() is not a copy, or if a
  /// copy comes first.
  std::string_view why_copied(const LocalFile& file) const;
  /// Returns the kinds to try, in this order; only one kind if the user asked for it.
  const std::vector<LinkKind>& order() const { return order_; }

 private:
  LinkChoice(std::vector<LinkKind> order, const LinkFacts& facts) : order_(std::move(order)), facts_(&facts) {}
  std::vector<LinkKind> order_;
  const LinkFacts* facts_;
};

/// Returns the command line of this request, with this value of --link.
std::string adopt_command(const hub::Target& target, const AdoptRequest& request, const std::filesystem::path& place,
                          std::string_view link);

}  // namespace hubcache::adoption

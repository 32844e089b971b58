// Decide: by which kind of link each file comes into the place. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/link_facts.h"
#include "hub/target.h"

namespace hubcache::adoption {

/// The adoption for which a kind of link is chosen. It refers to values that must live longer.
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
  /// ErrorCode::conflict where the kind that the user asked for endangers the user's files, or is known to fail for a
  /// file. The hint is a command with a kind that works.
  static Result<LinkChoice> make(const LinkQuestion& question);

  /// The kind that the user asked for, whether it works or not: for what stands in the place already.
  static LinkChoice unchecked(const LinkQuestion& question) { return {{*question.request.link}, question.facts}; }

  /// The first kind of the order that is not known to fail for the file.
  LinkKind of(const LocalFile& file) const;
  /// Why the file is copied although other kinds come first; "" where `of()` is not a copy, or a copy comes first.
  std::string_view why_copied(const LocalFile& file) const;
  /// The kinds to try, one after the other; only one where the user asked for it.
  const std::vector<LinkKind>& order() const { return order_; }

 private:
  LinkChoice(std::vector<LinkKind> order, const LinkFacts& facts) : order_(std::move(order)), facts_(&facts) {}
  std::vector<LinkKind> order_;
  const LinkFacts* facts_;
};

/// The adopt command of this request, with this kind of link.
std::string adopt_command(const hub::Target& target, const AdoptRequest& request, const std::filesystem::path& place,
                          std::string_view link);

}  // namespace hubcache::adoption

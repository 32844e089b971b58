// A target: one client as hubcache models it, by its layout, its rules and the words for its users. A new client of a
// known hub is one new file in the hub's folder, with one constant object.
#pragma once

#include <string>
#include <string_view>

#include "hub/hub.h"
#include "hub/layout.h"
#include "hub/rules.h"

namespace hubcache::hub {

/// What users call the client, and the functions by which it asks for files.
struct ClientNames {
  std::string_view client;
  std::string_view snapshot = {};     ///< for all files; "" where users call no such function themselves
  std::string_view single_file = {};  ///< likewise for one file

  /// Returns the function that asks this question; the client's name if there is no such function.
  std::string_view that_asks(Question question) const {
    const std::string_view function = question == Question::single_file ? single_file : snapshot;
    return function.empty() ? client : function;
  }
};

/// Texts for the users of one client. Each is a sentence without a full stop; "" where there is nothing to say.
struct Words {
  ClientNames client;
  std::string_view usual_clients = {};       ///< the programs of the users that Layout::is_usual_for means
  std::string_view caution = {};             ///< what each user has to know before adopting
  std::string_view caution_with_index = {};  ///< likewise, for places with an index
  /// These describe the client's behaviour after a push, and for files of the hub that are not adopted, where verdicts
  /// alone would mislead.
  std::string_view when_hub_moved_on = {};
  std::string_view when_hub_has_more = {};
  /// Describes the client's behaviour for an adopted file that the hub does not have; "" if it accepts the file.
  std::string_view when_only_here = {};
};

struct Target {
  std::string_view name;  ///< as `--target` accepts it
  const Hub& hub;
  Words words;
  const Layout& layout;
  const Rules& rules;

  std::string index_name() const { return rules.index() ? std::string(rules.index()->name) : ""; }
};

}  // namespace hubcache::hub

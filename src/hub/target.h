// A target: hubcache's model of one client: its layout, its rules and texts for its users. To add a client of a known
// hub, add one file with one constant object to the hub's folder.
#pragma once

#include <string>
#include <string_view>

#include "hub/hub.h"
#include "hub/layout.h"
#include "hub/rules.h"

namespace hubcache::hub {

/// The client's name, and its functions that request files.
struct ClientNames {
  std::string_view client;
  std::string_view snapshot = {};     ///< the function that gets all files; "" if users do not call one
  std::string_view single_file = {};  ///< the function that gets one file, or ""

  /// Returns the function that asks this question; the client's name if there is no such function.
  std::string_view that_asks(Question question) const {
    const std::string_view function = question == Question::single_file ? single_file : snapshot;
    return function.empty() ? client : function;
  }
};

/// Texts for the users of one client. Each is a sentence without a full stop; "" for none.
struct Words {
  ClientNames client;
  std::string_view usual_clients = {};       ///< the programs that use the client for the repos of Layout::is_usual_for
  std::string_view caution = {};             ///< a warning for each user before adopting
  std::string_view caution_with_index = {};  ///< another warning, for places with an index
  /// Describes what other versions of the client do with adopted files.
  std::string_view while_adopted = {};
  /// Describes the client's behaviour after a push, if verdicts alone would mislead.
  std::string_view when_hub_moved_on = {};
  /// Describes the client's behaviour for files of the hub that are not adopted, if verdicts alone would mislead.
  std::string_view when_hub_has_more = {};
  /// Describes the client's behaviour for an adopted file that the hub does not have; "" if it accepts the file.
  std::string_view when_only_here = {};
};

struct Target {
  std::string_view name;  ///< the name for `--target`; no other target has it
  const Hub& hub;
  Words words;
  const Layout& layout;
  const Rules& rules;
  /// Another name for `--target`, which the target shares with targets of other hubs: for a client that gets its models
  /// from several hubs. With an id of this hub it means this target. "" for none.
  std::string_view shared_name = {};

  bool is_named(std::string_view text) const { return text == name || (!text.empty() && text == shared_name); }

  std::string index_name() const { return rules.index() ? std::string(rules.index()->name) : ""; }
};

}  // namespace hubcache::hub

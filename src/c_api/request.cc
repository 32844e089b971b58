#include "c_api/request.h"

#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "base/account.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::c_api {
namespace {

using nlohmann::json;

// A request has an object of arguments; one of them can be a list of objects.
constexpr int most_levels = 4;

Error refused(const std::string& why) {
  return {ErrorCode::usage, "the request " + why, "hubcache/c.h shows a request"};
}

/// Notes what the parser does not report: a member that occurs twice, and a deep nesting. Afterwards it discards all
/// further values, so that they take no memory.
class Inspector {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& value) {
    if (depth > most_levels) problem_ = "is nested too deeply";
    if (problem_) return false;
    if (event == json::parse_event_t::object_start) names_.emplace_back();
    if (event == json::parse_event_t::object_end) names_.pop_back();
    if (event == json::parse_event_t::key && !names_.back().insert(value.get<std::string>()).second)
      problem_ = "has a member twice";
    return !problem_;
  }
  const char* problem() const { return problem_; }

 private:
  std::vector<std::set<std::string>> names_;  ///< the members of each object that has not ended
  const char* problem_ = nullptr;
};

Result<json> parse(std::string_view text) {
  if (text.size() > longest_request) return refused("is longer than " + human_size(longest_request));
  if (text.contains('\0')) return refused("contains NUL");  // nlohmann/json (3.11.2, lexer::scan) stops reading there
  Inspector inspector;
  const auto inspect = [&](int depth, json::parse_event_t event, const json& value) {
    return inspector(depth, event, value);
  };
  try {
    json value = json::parse(text.begin(), text.end(), inspect);
    if (inspector.problem()) return refused(inspector.problem());
    return value;
  } catch (const json::exception& problem) {
    if (inspector.problem()) return refused(inspector.problem());
    const auto* where = dynamic_cast<const json::parse_error*>(&problem);
    return refused("is not valid JSON" + (where ? " at byte " + std::to_string(where->byte) : ""));
  }
}

Environment without_variables() {
  std::error_code ignored;  // as in Environment::capture()
  return {.variables = {},
          .working_folder = std::filesystem::current_path(ignored),
          .account_home = home_by_database(nullptr)};
}

Result<Environment> environment_of(Arguments& request) {
  auto variables = TRY(request.optional_object("environment"));
  // Another thread may be changing the variables of the process: those of the request come without a look at them.
  Environment environment = variables ? without_variables() : Environment::capture();
  if (variables) {
    for (auto& [name, value] : TRY(TRY(Arguments::of(*std::move(variables))).all_bytes())) {
      const bool is_name = !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == name.npos;
      if (!is_name) return refused("has an environment variable without a proper name");
      environment.variables.emplace(std::move(name), std::move(value));
    }
  }
  if (auto folder = TRY(request.optional_path("working_folder"))) {
    if (!folder->is_absolute()) return refused("has a working_folder that is not an absolute path");
    environment.working_folder = *std::move(folder);
  }
  return environment;
}

}  // namespace

Result<Request> parse_request(std::string_view text) {
  Arguments request = TRY(Arguments::of(TRY(parse(text))));
  std::string operation = TRY(request.text("operation"));
  auto arguments = TRY(request.optional_object("arguments"));
  Environment environment = TRY(environment_of(request));
  TRY(request.check_none_left());
  return Request{std::move(operation), TRY(Arguments::of(std::move(arguments).value_or(json::object()))),
                 std::move(environment)};
}

}  // namespace hubcache::c_api

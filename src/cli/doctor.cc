#include <hubcache/doctor.h>

#include <unistd.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"
#include "cli/terminal.h"

namespace hubcache::cli {
namespace {

class DoctorCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand(
        "doctor",
        say("find what is wrong on this machine, and the commands that mend it; exit 3 if anything is wrong"));
    command.add_flag("--offline", request_.offline, say("contact no hub"));
    command.add_flag("--json", json_,
                     say("print JSON with a schema number, for bug reports: home folders and user names are replaced"));
  }

  int run(const Environment& environment) const override {
    const auto report = doctor(environment, request_);
    if (!report) return fail(environment, report.error(), json_);
    if (json_) print(to_json(*report));
    else
      print(to_text(*report,
                    {.width = terminal_width(STDOUT_FILENO), .colour = wants_colour(environment, STDOUT_FILENO)}));
    return report->count(Severity::wrong) > 0 ? static_cast<int>(ErrorCode::difference) : 0;
  }

 private:
  DoctorRequest request_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace hubcache::cli

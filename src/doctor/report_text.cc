#include <string>

#include <hubcache/doctor.h>

#include "adoption/text_table.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::Style;

Style style_of(Severity severity) {
  switch (severity) {
    case Severity::ok: return Style::good;
    case Severity::note: return Style::warn;
    case Severity::wrong: return Style::bad;
  }
  return Style::plain;
}

/// Returns the sentence; of a finding without lines below it, also where it is.
std::string line_of(const Finding& finding) {
  const bool has_lines = finding.severity != Severity::ok || finding.where.empty();
  return has_lines ? finding.what : say("{}: {}", finding.what, finding.where);
}

std::string lines_below(const Finding& finding) {
  std::string text;
  if (!finding.where.empty()) text += say("  where: {}\n", printable(finding.where));
  if (!finding.command.empty()) text += say("  run: {}\n", for_terminal(finding.command));
  return text;
}

std::string sum_of(const DoctorReport& report) {
  const auto wrong = report.count(Severity::wrong), notes = report.count(Severity::note);
  if (wrong == 0 && notes == 0) return say("Nothing is wrong.\n");
  return wrong == 0 ? say("Nothing is wrong; {}.\n", counted(notes, "note"))
                    : say("{} wrong, {}.\n", std::to_string(wrong), counted(notes, "note"));
}

}  // namespace

std::string to_text(const DoctorReport& report, const DoctorTextOptions& options) {
  adoption::TextTable table({{translated("RESULT")}, {translated("CHECK")}, {translated("FINDING")}});
  for (const Finding& finding : report.findings)
    table.add({{std::string(translated(name_of(finding.severity))), style_of(finding.severity)},
               {finding.check},
               {for_terminal(line_of(finding))}},
              finding.severity == Severity::ok ? "" : lines_below(finding));
  return table.text(options.width, options.colour) + sum_of(report);
}

}  // namespace hubcache

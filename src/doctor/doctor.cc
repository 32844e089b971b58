#include <hubcache/doctor.h>

#include <algorithm>

#include "base/caught.h"
#include "base/language.h"
#include "base/try.h"
#include "doctor/decide.h"
#include "doctor/gather.h"

namespace hubcache {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::ok: return marked("ok");
    case Severity::note: return marked("note");
    case Severity::wrong: return marked("wrong");
  }
  return "";
}

std::string_view name_of(Reach reach) {
  switch (reach) {
    case Reach::not_asked: return "not_asked";
    case Reach::answers: return "answers";
    case Reach::rejects: return "rejects";
    case Reach::fails: return "fails";
    case Reach::untrusted: return "untrusted";
    case Reach::unreachable: return "unreachable";
  }
  return "";
}

std::size_t DoctorReport::count(Severity severity) const {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

Result<DoctorReport> doctor(const Environment& environment, const DoctorRequest& request) try {
  auto facts = TRY(doctor_parts::gather(environment, request));
  facts.report.findings = doctor_parts::decide(facts);
  return std::move(facts.report);
} catch (...) {
  return caught();
}

}  // namespace hubcache

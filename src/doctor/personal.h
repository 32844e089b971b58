// Replaces what tells who the user is, for reports that go to strangers.
#pragma once

#include <string>
#include <vector>

#include <hubcache/doctor.h>

namespace hubcache::doctor_parts {

class Personal {
 public:
  /// A user name is not replaced if it is also a word that reports contain anyway, which names nobody: "root", and the
  /// names of hubs, targets and packages.
  explicit Personal(const DoctorReport& report);

  /// Returns the text with "~" for the home folders, and "<user>" for user names and for the name in each /home/NAME.
  std::string hidden(std::string text) const;

 private:
  std::vector<std::string> homes_;  ///< the longest first
  std::vector<std::string> users_;
};

}  // namespace hubcache::doctor_parts

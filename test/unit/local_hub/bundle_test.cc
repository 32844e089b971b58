#include "local_hub/bundle.h"

#include <doctest/doctest.h>

#include <fstream>

#include "local_hub/bundle_file.h"
#include "unit/temporary_folder.h"

namespace hubcache::local_hub {
namespace {

std::string block(const std::string& kind, const std::string& content) {
  return "-----BEGIN " + kind + "-----\n" + content + "\n-----END " + kind + "-----\n";
}

void write(const std::filesystem::path& name, const std::string& text) { std::ofstream(name) << text; }

}  // namespace

TEST_CASE("the certificates of a file, without anything else in it") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "all.pem";
  const std::string one = block("CERTIFICATE", "AAAA"), other = block("TRUSTED CERTIFICATE", "BBBB");
  write(file, "# mine\n" + block("PRIVATE KEY", "CCCC") + one + "subject=x\n" + other + block("EC PARAMETERS", "DDDD"));
  CHECK(bundle_of({file, "", ""}).value() == one + other);
  write(file, "-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----");
  CHECK(bundle_of({file, "", ""}).value() == one);
}

TEST_CASE("the certificates of a folder are in files with hashed names") {
  const test::TemporaryFolder folder;
  for (const char* name : {"0123abcd.0", "0123abcd.r0", "0123abcd.pem", "0123ABCD.0", "0123abcde.0", "0123abcd."})
    write(folder.path() / name, block("CERTIFICATE", name));
  CHECK(bundle_of({"", folder.path(), ""}).value() == block("CERTIFICATE", "0123abcd.0"));
}

TEST_CASE("no certificates are an error that names the file") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "none.pem";
  CHECK(bundle_of({file, "", ""}).error().message.find("none.pem") != std::string::npos);
  write(file, block("PRIVATE KEY", "AAAA"));
  CHECK_FALSE(bundle_of({file, "", ""}));
  CHECK_FALSE(bundle_of({"", folder.path(), ""}));
  CHECK(bundle_of({"", "", ""}).error().message.find("the system") != std::string::npos);
}

TEST_CASE("the file is this user's alone, and removed with its folder") {
  const test::TemporaryFolder folder;
  Environment environment;
  environment.variables = {{"TMPDIR", folder.path().native()}};
  std::filesystem::path name;
  {
    const auto file = BundleFile::make(environment, "text");
    REQUIRE(file);
    name = file->name();
    using enum std::filesystem::perms;
    CHECK(std::filesystem::status(name).permissions() == (owner_read | owner_write));
    CHECK(std::filesystem::status(name.parent_path()).permissions() == owner_all);
    CHECK(name.parent_path().parent_path() == folder.path());
  }
  CHECK_FALSE(std::filesystem::exists(name.parent_path()));
  environment.variables["TMPDIR"] = (folder.path() / "missing").native();
  CHECK(BundleFile::make(environment, "text").error().message.find("missing") != std::string::npos);
}

}  // namespace hubcache::local_hub

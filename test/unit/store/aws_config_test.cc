#include "store/aws_config.h"

#include <doctest/doctest.h>

#include "store/s3_credentials.h"
#include "unit/temporary_folder.h"

namespace hubcache::store {
TEST_CASE("a section has its settings, and those of its blocks") {
  const char* text =
      "# comment\n[default]\nregion = bj \n[profile x]\nAWS_Access_Key_Id=a=b\ns3 =\n    addressing_style = virtual\n"
      "  endpoint_url=http://s\nregion=gz\n; other\n[profile xy]\nregion=no\n";
  const auto settings = section_of(text, "profile x");
  REQUIRE(settings);
  CHECK(settings->at("aws_access_key_id") == "a=b");
  CHECK(settings->at("s3.addressing_style") == "virtual");
  CHECK(settings->at("s3.endpoint_url") == "http://s");
  CHECK(settings->at("region") == "gz");
  CHECK(section_of(text, "default")->at("region") == "bj");
  CHECK(!section_of(text, "profile y"));
}

TEST_CASE("the profile and its files are those of the variables") {
  const test::TemporaryFolder folder;
  test::write(folder.path() / ".aws/credentials", "[default]\naws_access_key_id=d\n[x]\naws_access_key_id=c\n");
  test::write(folder.path() / ".aws/config", "[default]\nregion=r\n[profile x]\naws_access_key_id=other\nregion=bj\n");
  test::write(folder.path() / "other", "[x]\naws_access_key_id=o\n");
  Environment environment{
      .variables = {{"HOME", folder.path().native()}}, .working_folder = folder.path(), .account_home = ""};
  CHECK(aws_profile(environment)->at("region") == "r");
  environment.variables["AWS_PROFILE"] = "x";
  CHECK(aws_profile(environment)->at("aws_access_key_id") == "c");
  CHECK(aws_profile(environment)->at("region") == "bj");
  environment.variables["AWS_SHARED_CREDENTIALS_FILE"] = "other";
  CHECK(aws_profile(environment)->at("aws_access_key_id") == "o");
  environment.variables["AWS_PROFILE"] = "unknown";
  CHECK(aws_profile(environment).error().code == ErrorCode::usage);
}

TEST_CASE("credentials come from the variables, then the profile's keys, then its process") {
  const test::TemporaryFolder folder;
  Environment environment{
      .variables = {{"AWS_EC2_METADATA_DISABLED", "true"}}, .working_folder = folder.path(), .account_home = ""};
  Settings profile;
  CHECK(CredentialSource(environment, profile).get().error().code == ErrorCode::usage);
  profile["credential_process"] = R"(printf '{"AccessKeyId":"p","SecretAccessKey":"q","SessionToken":"%s"}' 'a b')";
  CHECK(CredentialSource(environment, profile).get()->token == "a b");
  profile["aws_access_key_id"] = "k";
  CHECK(CredentialSource(environment, profile).get()->key_id == "p");
  profile["aws_secret_access_key"] = "s";
  CHECK(CredentialSource(environment, profile).get()->key_id == "k");
  environment.variables["AWS_ACCESS_KEY_ID"] = "v";
  environment.variables["AWS_SECRET_ACCESS_KEY"] = "w";
  environment.variables["AWS_SESSION_TOKEN"] = "t";
  CHECK(CredentialSource(environment, profile).get()->key_id == "v");
  CHECK(CredentialSource(environment, profile).get()->token == "t");
}

}  // namespace hubcache::store

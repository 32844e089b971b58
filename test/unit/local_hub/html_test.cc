#include "local_hub/html.h"

#include <doctest/doctest.h>

#include "local_hub/page.h"
#include "local_hub/plot.h"

namespace hubcache::local_hub {
namespace {

TEST_CASE("texts and values are escaped") {
  CHECK(text("<script>&\"'").code == "&lt;script&gt;&amp;&quot;&#39;");
  CHECK(element("a", {{"href", "\"><b>"}}, text("<i>")).code == "<a href=\"&quot;&gt;&lt;b&gt;\">&lt;i&gt;</a>");
  CHECK(text("a\xE2\x80\xAE\x1B[31m").code.find('\x1B') == std::string::npos);
  CHECK(text("a\xE2\x80\xAE").code.find("\xE2\x80\xAE") == std::string::npos);  // would turn the text around
}

TEST_CASE("a link names a repo whatever its characters are") {
  const RepoRow row{.name = "hf:o/n", .revision = "a&b=\"c #", .commit = {}, .state = {}, .source = {}};
  CHECK(link_to(row, 7) == "?repo=hf:o/n&type=model&revision=a%26b%3D%22c%20%23&from=7");
}

TEST_CASE("a plot has a bar for each value above zero") {
  CHECK(plot({}, "x").code.find("<rect class") != std::string::npos);
  CHECK(plot({0, 1, 1000}, "x").code.find("height=\"48.0\"") != std::string::npos);
  CHECK(plot({0, 1, 1000}, "\"").code.find("aria-label=\"&quot;\"") != std::string::npos);
}

}  // namespace
}  // namespace hubcache::local_hub

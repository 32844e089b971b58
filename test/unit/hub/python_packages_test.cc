// The folders of Python packages, and the packages in them. test/e2e/test_doctor.py compares with Python itself.
#include <doctest/doctest.h>

#include <fstream>

#include "hub/python_packages.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub::python_packages_test {
namespace {

using std::filesystem::path;

struct Machine {
  test::TemporaryFolder folder;
  Environment environment;

  Machine() {
    environment.working_folder = folder.path();
    environment.variables["HOME"] = (folder.path() / "home").native();
  }
  path add(const path& packages, const std::string& entry = "") {
    std::filesystem::create_directories(folder.path() / packages / entry);
    return folder.path() / packages;
  }
  void make_venv(const path& prefix, const std::string& settings) {
    std::filesystem::create_directories(folder.path() / prefix);
    std::ofstream(folder.path() / prefix / "pyvenv.cfg") << settings;
    environment.variables["VIRTUAL_ENV"] = (folder.path() / prefix).native();
  }
};

}  // namespace

TEST_CASE("a virtual environment has its own packages only") {
  Machine machine;
  machine.add("home/.local/lib/python3.11/site-packages");
  machine.make_venv("venv", "home = " + (machine.folder.path() / "usr/bin").native() + "\n");
  const path own = machine.add("venv/lib/python3.11/site-packages");
  machine.add("usr/lib/python3.11/site-packages");
  CHECK(package_folders(machine.environment) == std::vector{own});
}

TEST_CASE("with the system's packages, if it says so; PYTHONPATH comes first") {
  Machine machine;
  machine.make_venv(
      "venv", "home = " + (machine.folder.path() / "usr/bin").native() + "\nInclude-System-Site-Packages = true\n");
  const path own = machine.add("venv/lib/python3.11/site-packages"), named = machine.add("named");
  const path users = machine.add("home/.local/lib/python3.11/site-packages");
  const path debian = machine.add("usr/lib/python3/dist-packages");
  machine.environment.variables["PYTHONPATH"] = "missing:" + named.native();
  CHECK(package_folders(machine.environment) == std::vector{named, own, users, debian});
  machine.environment.variables["PYTHONNOUSERSITE"] = "1";
  CHECK(package_folders(machine.environment) == std::vector{named, own, debian});
}

TEST_CASE("the first python3 in PATH") {
  Machine machine;
  const path packages = machine.add("opt/lib/python3.12/site-packages");
  const path python = machine.folder.path() / "opt/bin/python3.12", link = machine.folder.path() / "bin/python3";
  test::write(python, "");
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  std::filesystem::create_directory(link.parent_path());
  std::filesystem::create_symlink(python, link);
  machine.environment.variables["PATH"] = "/nowhere:bin";
  CHECK(package_folders(machine.environment) == std::vector{packages});
  machine.environment.variables["PATH"] = "/nowhere";
  CHECK(package_folders(machine.environment).empty());
}

TEST_CASE("names of packages are compared as PEP 503 says; the first folder counts first") {
  Machine machine;
  const path one = machine.add("one", "Aistudio_SDK-0.3.9.dist-info"),
             two = machine.add("two", "aistudio.sdk-0.2.6.dist-info");
  machine.add("one", "aistudio_sdk_extras-1.dist-info");
  machine.add("one", "aistudio_sdk");
  const auto found = find_package({one, two}, "aistudio-sdk");
  REQUIRE(found.size() == 2);
  CHECK(found[0].version == "0.3.9");
  CHECK(found[0].folder == one);
  CHECK(found[1].version == "0.2.6");
}

}  // namespace hubcache::hub::python_packages_test

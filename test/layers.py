#!/usr/bin/env python3
"""Fails on an include, or a link in CMakeLists.txt, that goes up or sideways; on a hub's or client's name outside
src/hubs; on a call of std::filesystem that throws outside src/fs (a folder of another user would end the command); and
on output to stdout or stderr outside src/cli (the library writes to neither).

`layers.py` checks this checkout; `layers.py --self-test` tests the checker on small checkouts of its own.
"""

import re
import sys
import tempfile
import unittest
from pathlib import Path

# The table of modules: module -> the modules that it may include. A module's line in CMakeLists.txt names those that it
# uses.
VALUES = {"base", "repo"}
TOOLS = {"fs", "digest", "hash", "pickle", "http", "record"} | VALUES
HUB_FOLDERS = "hubs/"  # each hub has a folder there, and must not include another hub's folder
# What the clients of several hubs have in common: the index .msc; huggingface_hub; the folders of PaddleX and FastDeploy.
SHARED = {"hubs/msc", "hubs/hf_client", "hubs/paddle"}
MAY_INCLUDE = {
    "base": set(),
    "repo": {"base"},
    "fs": VALUES,
    "digest": VALUES,
    "hash": {"fs", "digest"} | VALUES,
    "pickle": VALUES,
    "http": VALUES,
    "record": {"fs", "digest"} | VALUES,
    "server": {"fs", "hash", "http"} | VALUES,
    "store": {"fs", "hash", "http", "digest"} | VALUES,
    "hub": {"server"} | TOOLS,
    **dict.fromkeys(SHARED, {"hub", "server"} | TOOLS),
    HUB_FOLDERS: {*SHARED, "hub", "server"} | TOOLS,
    "hubs": {HUB_FOLDERS, "hub", "server"} | TOOLS,
    "adoption": {"hubs", "hub"} | TOOLS,
    "caches": {"adoption", "hubs", "hub"} | TOOLS,
    "duplicates": {"caches", "adoption", "hubs", "hub"} | TOOLS,
    "published": {"adoption", "hubs", "hub", "store"} | TOOLS,
    "local_hub": {"published", "caches", "store", "adoption", "hubs", "hub", "server"} | TOOLS,
    "doctor": {"local_hub", "published", "duplicates", "caches", "adoption", "hubs", "hub"} | TOOLS,
    "c_api": {"doctor", "local_hub", "published", "duplicates", "caches", "adoption", "hubs", "hub"} | TOOLS,
    "cli": {"doctor", "local_hub", "published", "duplicates", "caches", "adoption", "hubs", "hub"} | TOOLS,
}

# Each header in include/hubcache belongs to a module; headers that are not listed belong to adoption.
PUBLIC_HEADERS = {
    "result.h": "base",
    "environment.h": "base",
    "version.h": "base",
    "digest.h": "digest",
    "hash.h": "hash",
    "repo.h": "repo",
    "link.h": "repo",
    "verdict.h": "repo",
    "caches.h": "caches",
    "remove.h": "caches",
    "prune.h": "caches",
    "dedupe.h": "duplicates",
    "publish.h": "published",
    "local_hub.h": "local_hub",
    "doctor.h": "doctor",
    "hubcache.h": "doctor",
    "c.h": "c_api",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?P<open>[<"])(?P<name>[^>"]+)[>"]', re.MULTILINE)
# Functions with a throwing overload: all that read or change the file system.
THROWING = re.compile(
    r"(?:std::filesystem::|\b)(?P<name>(?<=filesystem::)(?:absolute|canonical|weakly_canonical|relative|proximate|copy|"
    r"copy_file|copy_symlink|create_\w+|current_path|exists|equivalent|file_size|hard_link_count|is_\w+|"
    r"last_write_time|permissions|read_symlink|remove|remove_all|rename|resize_file|space|status|symlink_status|"
    r"temp_directory_path)|(?:recursive_)?directory_iterator)\s*\("
)
ERROR_CODE = re.compile(r"std::error_code\s*&?\s*(\w+)")
OUTPUT = re.compile(
    r"std::c(?:out|err|log)\b|\bstd(?:out|err)\b|\b(?:v?printf|puts|putchar|perror|psignal|error_at_line)\s*\(|"
    r"\b(?:write|dprintf)\s*\(\s*(?:1|2|STD(?:OUT|ERR)_FILENO)\b|<iostream>|fmt::print|std::print|"
    r"spdlog::(?:trace|debug|info|warn|error|critical|log|sinks|default_logger|set_default_logger)\b"
)
# Names of hubs and clients, of their files, and of default branches, in code, strings and comments.
HUB_WORDS = re.compile(
    r"ai ?studio|hugging ?face|(?<!first-)paddle|fastdeploy|gitea|modelscope|csghub|\bhf[-_:]|\bHF_|STUDIO_|\.msc\b|\.mdl\b|"
    r"\.mv\b|snapshot_download|file_download|\bSDK\b|\"master\"|\"main\"",
    re.IGNORECASE,
)
STRING_OR_COMMENT = re.compile(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"')
MODULE_LINE = re.compile(r"^\s*hubcache_module\(\s*(\w+)([^)]*)\)", re.MULTILINE)
SOURCES = (".cc", ".h")


def module_of_header(name):
    return PUBLIC_HEADERS.get(name, "adoption")


def included_module(opened_by, name):
    """Returns the module of an included file, or None for a library's or the system's header. Raises ValueError for a
    wrong form."""
    first, _, rest = name.partition("/")
    if first == "hubcache" and rest:
        return module_of_header(rest)
    if opened_by == "<":
        return None
    if not rest or first not in MAY_INCLUDE:
        raise ValueError('write "module/file.h" for a module\'s file, <…> for anything else')
    return module_of(name.split("/"))


def module_of(parts):
    """Returns the module of a file below src: "hubs/aistudio" for a file in a hub's own folder."""
    return "/".join(parts[:2]) if parts[0] == "hubs" and len(parts) > 2 else parts[0]


def kind_of(module):
    """Returns the key of a module in the tables."""
    return HUB_FOLDERS if module.startswith(HUB_FOLDERS) and module not in SHARED else module


def library_of(module):
    """Returns the module's name in CMakeLists.txt."""
    return module.partition("/")[0]


def files_with_modules(root):
    for file in sorted((root / "include/hubcache").glob("*.h")):
        yield file, module_of_header(file.name)
    for file in sorted((root / "src").rglob("*")):
        parts = file.relative_to(root / "src").parts
        if file.suffix in SOURCES and len(parts) > 1:
            yield file, module_of(parts)


def linked_modules(root):
    """Returns module -> (modules on its line of CMakeLists.txt, the PUBLIC modules among them)."""
    linked = {}
    for name, words in MODULE_LINE.findall((root / "CMakeLists.txt").read_text(encoding="utf-8")):
        scope, everything, public = "", set(), set()
        for word in words.split():
            if word in ("PUBLIC", "PRIVATE"):
                scope = word
            elif word in MAY_INCLUDE:
                everything.add(word)
                if scope == "PUBLIC":
                    public.add(word)
        linked[name] = (everything, public)
    return linked


def reachable(module, linked):
    """Returns the modules on a module's line, and those that they link as PUBLIC."""
    found, todo = set(), list(linked[module][0])
    while todo:
        other = todo.pop()
        if other not in found:
            found.add(other)
            todo.extend(linked.get(other, (set(), set()))[1])
    return found


def wrong_links(linked):
    for module, (others, _) in linked.items():
        if module not in MAY_INCLUDE:
            yield f"CMakeLists.txt: module {module} is not in the table of test/layers.py"
            continue
        for other in sorted(others - MAY_INCLUDE[module]):
            yield f"CMakeLists.txt: {module} must not link {other}"


def wrong_includes(file, module, linked):
    for match in INCLUDE.finditer(file.read_text(encoding="utf-8")):
        name = match["name"]
        try:
            other = included_module(match["open"], name)
        except ValueError as error:
            yield f"{name}: {error}"
            continue
        if other is None or other == module:
            continue
        allowed, mine, theirs = MAY_INCLUDE[kind_of(module)], library_of(module), library_of(other)
        if kind_of(other) not in allowed:
            yield f"{name}: {module} must not include {other}"
        elif mine != theirs and mine in linked and theirs not in reachable(mine, linked):
            yield f"{name}: the line of {mine} in CMakeLists.txt does not link {theirs}"


def arguments_of(text, start):
    """Returns the text between the parenthesis before `start` and its closing parenthesis."""
    depth, end = 1, start
    while depth and end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return text[start : end - 1]


def throwing_calls(file, module):
    """Yields calls whose last argument is not a std::error_code. An iterator's increment throws too, but not in a `for
    (auto entry = …` that increments by hand."""
    if module == "fs":
        return
    text = re.sub(r"//[^\n]*", "", file.read_text(encoding="utf-8"))
    codes = set(ERROR_CODE.findall(text))
    for match in THROWING.finditer(text):
        arguments = arguments_of(text, match.end())
        is_end = match["name"].endswith("iterator") and not arguments.strip()
        if not is_end and arguments.rpartition(",")[2].strip() not in codes:
            yield f"std::filesystem::{match['name']} may throw: use fs/file.h, or pass a std::error_code"
    if re.search(r"for\s*\([^;)]*:\s*[^)]*directory_iterator", text):
        yield "a loop over a directory_iterator may throw: use fs/walk.h"


def output(file, module):
    if module == "cli":
        return
    for match in OUTPUT.finditer(STRING_OR_COMMENT.sub("", file.read_text(encoding="utf-8"))):
        yield f"{match[0]}: the library writes nothing to stdout or stderr; log with base/log.h"


def hub_words(file, module):
    if library_of(module) == "hubs":
        return
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        for match in HUB_WORDS.finditer(line):
            yield f"line {number}: {match[0]}: what is one hub's belongs into src/hubs"


def check(root):
    linked = linked_modules(root)
    problems, seen = list(wrong_links(linked)), 0
    for file, module in files_with_modules(root):
        seen += 1
        where = file.relative_to(root)
        if kind_of(module) not in MAY_INCLUDE:
            problems.append(f"{where}: module {module} is not in the table of test/layers.py")
        else:
            problems += [f"{where}: {problem}" for problem in wrong_includes(file, module, linked)]
            problems += [f"{where}: {problem}" for problem in throwing_calls(file, module)]
            problems += [f"{where}: {problem}" for problem in output(file, module)]
            problems += [f"{where}: {problem}" for problem in hub_words(file, module)]
    return problems, seen


class SelfTest(unittest.TestCase):
    CMAKE = """
hubcache_module(base   PUBLIC fmt::fmt)
hubcache_module(repo   PUBLIC base)
hubcache_module(fs     PUBLIC repo)
hubcache_module(digest PUBLIC repo)
hubcache_module(record PUBLIC repo PRIVATE fs)
hubcache_module(hub    PUBLIC repo PRIVATE record)
hubcache_module(hubs   PUBLIC hub)
"""

    def problems(self, files, cmake=CMAKE):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {"CMakeLists.txt": cmake, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return check(root)[0]

    def assert_problem(self, files, expected, **more):
        found = self.problems(files, **more)
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_downward_includes_pass(self):
        self.assertEqual(
            [],
            self.problems(
                {
                    "src/hubs/registry.cc": '#include "hubs/a/a.h"\n',
                    "src/hubs/a/a.cc": '#include "hubs/a/b.h"\n#include "hub/a.h"\n',
                    "src/fs/a.cc": '#include "fs/a.h"\n#include <vector>\n#include <curl/curl.h>\n#include "base/try.h"\n',
                    "src/hub/a.cc": '#include <hubcache/repo.h>\n#include "record/a.h"\n',
                    "src/cli/a.cc": "#include <hubcache/adopt.h>\n",
                    "include/hubcache/adopt.h": "#include <hubcache/result.h>\n",
                }
            ),
        )

    def test_an_include_that_goes_up(self):
        self.assert_problem({"src/base/a.h": '#include "repo/a.h"\n'}, "base/a.h: repo/a.h: base must not include repo")

    def test_an_include_that_goes_sideways(self):
        self.assert_problem({"src/hubs/a/a.cc": '  #  include "hubs/b/a.h"\n'}, "hubs/a must not include hubs/b")
        self.assert_problem({"src/adoption/a.cc": '#include "hubs/b/a.h"\n'}, "adoption must not include hubs/b")
        self.assert_problem({"src/fs/a.cc": '#include "digest/a.h"\n'}, "fs must not include digest")

    def test_a_public_header_that_goes_up(self):
        self.assert_problem({"src/fs/a.cc": "#include <hubcache/adopt.h>\n"}, "fs must not include adoption")
        self.assert_problem({"include/hubcache/result.h": "#include <hubcache/repo.h>\n"}, "base must not include repo")

    def test_an_allowed_include_that_is_not_linked(self):
        self.assert_problem({"src/record/a.cc": '#include "digest/a.h"\n'}, "does not link digest")

    def test_what_is_linked_privately_elsewhere_is_not_linked_here(self):
        self.assert_problem({"src/hub/a.cc": '#include "fs/a.h"\n'}, "does not link fs")

    def test_includes_written_as_paths(self):
        self.assert_problem({"src/fs/a.cc": '#include "../repo/a.h"\n'}, "../repo/a.h: write")
        self.assert_problem({"src/fs/a.cc": '#include "b.h"\n'}, "b.h: write")

    def test_calls_of_std_filesystem_that_throw(self):
        for call in (
            "std::filesystem::exists(name)",
            "std::filesystem::is_empty(of(name, problem))",
            "std::filesystem::rename(a, b)",
            "std::filesystem::current_path()",
            "for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {}",
        ):
            self.assert_problem({"src/hub/a.cc": f"std::error_code problem;\n{call};\n"}, "may throw")
        self.assertEqual(
            [],
            self.problems(
                {
                    "src/fs/a.cc": "std::filesystem::exists(name);\n",
                    "src/hub/a.cc": "std::error_code problem;\nstd::filesystem::exists(folder / name(x), problem);\n"
                    "// std::filesystem::exists(name)\nconst std::filesystem::path status(name);\n",
                }
            ),
        )

    def test_output_of_the_library(self):
        for call in (
            "std::cerr << problem;",
            'std::fprintf(stderr, "%s", text);',
            'printf("");',
            "#include <iostream>",
            "::write(STDERR_FILENO, text, 1);",
            'spdlog::warn("");',
            "spdlog::sinks::stderr_sink_mt sink;",
        ):
            self.assert_problem({"src/hub/a.cc": call + "\n"}, "the library writes nothing")
        self.assertEqual(
            [],
            self.problems(
                {
                    "src/cli/a.cc": "std::cerr << problem;\n",
                    "src/hub/a.cc": '// std::cerr\nfmt::format("to stderr");\nlogger().warn("");\nsnprintf(text, 1, "");\n',
                }
            ),
        )

    def test_names_of_hubs(self):
        for text in (
            "// as huggingface_hub does",
            'read(".msc");',
            "// Hugging Face's",
            'revision == "master"',
            "// the SDK",
        ):
            self.assert_problem({"src/adoption/a.cc": text + "\n"}, "belongs into src/hubs")
            self.assert_problem({"include/hubcache/adopt.h": text + "\n"}, "belongs into src/hubs")
            self.assertEqual([], self.problems({"src/hubs/a/a.cc": text + "\n"}))
        self.assertEqual([], self.problems({"src/cli/a.cc": "int main();  // ctbots/first-paddle-model\n"}))

    def test_a_link_that_goes_sideways(self):
        sideways = self.CMAKE.replace("hub    PUBLIC repo", "hub PUBLIC hubs")
        self.assert_problem({}, "hub must not link hubs", cmake=sideways)

    def test_a_room_that_nobody_knows(self):
        self.assert_problem({"src/attic/a.cc": "int a;\n"}, "module attic is not in the table")
        self.assert_problem({}, "module attic is not in the table", cmake="hubcache_module(attic PUBLIC base)")


def main():
    if sys.argv[1:] == ["--self-test"]:
        unittest.main(argv=sys.argv[:1])
    if sys.argv[1:]:
        sys.exit(__doc__)
    problems, seen = check(Path(__file__).resolve().parent.parent)
    for problem in problems:
        print(problem)
    print(f"{seen} files, {len(problems)} wrong")
    sys.exit(1 if problems or not seen else 0)


if __name__ == "__main__":
    main()

"""Messages in Chinese: which variables choose the language, what stays English, and that nothing else does."""

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from csg_scene import CsgScene
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from ms_scene import MsScene
from scene import REPO, Scene, write
from stores import Folder, running

from adoption import ok
from local_hub import api, serving

CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
COMMANDS = "adopt refresh release restore status verify ls du rm prune dedupe targets doctor run serve env publish store hash cache completion".split()

# What a Chinese sentence may contain: text in quotes, commands, names of hubs and clients, texts of the system.
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
COMMAND = re.compile(r"(hubcache|git -C|hf cache|hf auth|modelscope|source|eval|mv|rm|chmod|python) [!-~ ]*")
KNOWN = re.compile(
    r"No such file or directory|Permission denied|Not a directory|Could not connect to server|Connection refused|"
    r"Failed to connect to [^;；]*|AI Studio|Hugging Face|Git LFS|SHA-256|NEXT RUN|git blob id|sha not found"
)
ENGLISH = re.compile(r"[A-Za-z][a-z']*(?: [A-Za-z][a-z']*){2,}")


def english_in(text: str) -> list[str]:
    """Returns the English phrases of at least three words."""
    found = []
    for line in text.splitlines():
        for pattern in (QUOTED, COMMAND, KNOWN):
            line = pattern.sub("·", line)
        found += ENGLISH.findall(line)
    return found


def assert_chinese(run, code: int | None = 0) -> str:
    said = run.stdout + run.stderr
    assert code is None or run.returncode == code, said
    assert re.search(r"[\u4e00-\u9fff]", said), said
    assert english_in(said) == [], said
    return said


@pytest.fixture
def chinese(hubcache):
    hubcache.env |= CHINESE
    return hubcache


@pytest.fixture
def scene(hub, home) -> Scene:
    """Provides a folder that lacks a file of the hub, has another one, and has a name that cannot be adopted."""
    scene = Scene(hub, home)
    (scene.user / "config.json").unlink()
    write(scene.user / "only-here.txt", b"mine")
    (scene.user / "dangling").symlink_to("nowhere")
    return scene


# --- the choice of the language


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "zh_CN.UTF-8"},
        {"LANG": "zh_CN.utf8"},
        {"LC_MESSAGES": "zh_SG", "LANG": "en_US.UTF-8"},
        {"LC_ALL": "zh_Hans", "LC_MESSAGES": "C"},
        {"LC_ALL": "", "LANG": "zh"},
        {"HUBCACHE_LANG": "zh-CN", "LC_ALL": "C"},
    ],
)
def test_chinese(hubcache, env):
    nothing = dict.fromkeys(("LANG", "LC_ALL"), "")
    assert "列出支持的客户端" in ok(hubcache("--help", env=nothing | env))


@pytest.mark.parametrize(
    "env",
    [
        {"HUBCACHE_LANG": "en", "LANG": "zh_CN.UTF-8"},
        {"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8"},
        {"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"},
        {"LANG": "zh_CN.GBK"},
        {"LANG": "zh_CN.GB18030@x"},
        {"LANG": "zh_TW.UTF-8"},
        {"LANG": "zhx"},
        {},
    ],
)
def test_english(hubcache, env):
    nothing = dict.fromkeys(("LANG", "LC_ALL"), "")
    assert "list supported clients" in ok(hubcache("--help", env=nothing | env))


def test_the_c_interface_speaks_english():
    """The Python package loads it, into programs that read its messages."""
    library = Path(os.environ["HUBCACHE_TOOLS"]).parent / "src" / "libhubcache_c.so"
    code = (
        "import ctypes, sys; library = ctypes.CDLL(sys.argv[1]); report = ctypes.c_void_p();"
        "library.hubcache_call(b'{}', None, ctypes.byref(report)); print(ctypes.string_at(report).decode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, library], env=os.environ | CHINESE, capture_output=True, text=True, timeout=60
    )
    assert "is missing in the request" in run.stdout, run.stdout + run.stderr


# --- what is said


def test_help(chinese):
    assert set(re.findall(r"^  ([a-z]+) ", assert_chinese(chinese("--help")), re.M)) == set(COMMANDS)
    assert_chinese(chinese())
    for words in (["cache", "stats"], *(["store", name] for name in "ls show rm gc check".split())):
        assert_chinese(chinese(*words, "--help"))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(chinese, command):
    """Each option is explained, at the same place as in English."""
    said = assert_chinese(chinese(command, "--help"))
    in_english = ok(chinese(command, "--help", env={"HUBCACHE_LANG": "en"}))
    options = re.compile(r"^  (\S+) ?[^\n]*?(?:\n {30}| {2,})(?=\S)", re.M)
    before, after = options.findall(in_english.partition("\n\n")[2]), options.findall(said.partition("\n\n")[2])
    assert len(before) > 1 and before == after
    explained = re.findall(r"^  (-.*(?:\n {30}.*)?)", said, re.M)
    assert len(explained) == len(re.findall(r"^  -", said, re.M))
    assert [text for text in explained if not re.search(r"[\u4e00-\u9fff]", text)] == []
    assert not re.search(r"[\u4e00-\u9fff]:", said)


def test_the_life_of_an_adoption(chinese, scene, home):
    said = assert_chinese(chinese("adopt", REPO, scene.user))
    assert re.search(rf"^已采用 {REPO}：5 个文件，方式：符号链接（新增 5，改动 0，删除 0）$", said, re.M)
    assert "下次运行  下载 1 个文件，19 B" in said and "跳过了文件夹中的 dangling：断开的符号链接" in said
    assert_chinese(chinese("status"))
    assert_chinese(chinese("status", "-v", REPO))
    assert "：1 个文件会被下载" in assert_chinese(chinese("status", "--check"), 3)
    write(scene.user / "new.txt", b"new")
    scene.push()
    assert "已过期：新增 1，改动 0，删除 0" in assert_chinese(chinese("refresh", "--check"), 3)
    assert "已更新：新增 1，改动 0，删除 0" in assert_chinese(chinese("refresh"))
    assert_chinese(chinese("adopt", REPO, scene.user, "--dry-run", "--no-pin"))
    said = assert_chinese(chinese("verify", REPO, "--fail-on", "edited"), 3)
    assert re.search(r"^  改过     README.md（", said, re.M)
    assert_chinese(chinese("adopt", REPO, scene.user, "--match"), 3)
    said = assert_chinese(chinese("release", REPO))
    assert said == f"已撤销 {REPO}：删除了 hubcache 的 6 个文件，没有要恢复的文件\n"
    assert_chinese(chinese("status"))
    assert_chinese(chinese("release", REPO), 1)


def test_an_adoption_in_place(chinese, scene):
    write(scene.user / "config.json", b"mine")
    scene.put("copy").index(scene.exact())
    assert_chinese(chinese("adopt", REPO, scene.place))
    (scene.place / "README.md").unlink()
    assert_chinese(chinese("status", "-v", REPO))
    assert_chinese(chinese("restore", REPO))
    assert_chinese(chinese("restore", REPO))
    assert_chinese(chinese("release", REPO))


@pytest.mark.parametrize("target", ["aistudio-dir", "paddlex", "fastdeploy", "paddleformers", "aistudio-0.2"])
def test_other_targets(chinese, scene, home, target):
    place = ["--place", home.path / "place"] if target == "aistudio-dir" else []
    assert_chinese(chinese("adopt", REPO, scene.user, "--target", target, *place))
    assert_chinese(chinese("status", "-v", "--target", target, *place))
    scene.push()
    assert_chinese(chinese("status", "-v", "--target", target, *place))
    assert_chinese(chinese("release", REPO, "--target", target, *place))


def test_hugging_face(chinese, hf_hub, home):
    chinese.env["HF_ENDPOINT"] = hf_hub.url
    scene = HfScene(hf_hub, home)
    (scene.user / "config.json").unlink()
    write(scene.user / "only-here.py", b"mine")
    assert_chinese(chinese("adopt", f"hf:{HF_REPO}", scene.user))
    scene.push()
    assert_chinese(chinese("status", "-v", f"hf:{HF_REPO}"))
    assert_chinese(chinese("refresh", f"hf:{HF_REPO}"))
    assert_chinese(chinese("adopt", f"hf:{HF_REPO}", scene.user, "--link", "symlink"), 5)
    assert_chinese(chinese("verify", f"hf:{HF_REPO}"))
    assert_chinese(chinese("release", f"hf:{HF_REPO}"))


def test_modelscope(chinese, ms_hub, ms):
    chinese.env |= {name: value for name, value in ms.env.items() if name.startswith("MODELSCOPE")} | {
        "MODELSCOPE_ENDPOINT": ms_hub.url
    }
    scene = MsScene(ms_hub, ms)
    (scene.user / "config.json").unlink()
    assert_chinese(chinese("adopt", "ms:me/tuned", scene.user))
    scene.push()
    assert_chinese(chinese("status", "-v", "ms:me/tuned"))
    assert_chinese(chinese("verify", "ms:me/tuned"))
    assert_chinese(chinese("release", "ms:me/tuned"))


def test_csghub(chinese, csg_hub, csg):
    chinese.env["CSGHUB_DOMAIN"] = csg_hub.url
    scene = CsgScene(csg_hub, csg)
    (scene.user / "config.json").unlink()
    for target in ("csghub", "csghub-cli"):
        assert_chinese(chinese("adopt", "csg:me/tuned", scene.user, "--target", target))
        scene.push()
        assert_chinese(chinese("status", "-v", "csg:me/tuned", "--target", target))
        assert_chinese(chinese("release", "csg:me/tuned", "--target", target))


def test_the_local_hub(chinese, scene):
    ok(chinese("adopt", REPO, scene.user))
    code = "import os, urllib.request; urllib.request.urlopen(os.environ['STUDIO_GIT_HOST'] + '/api/v1/repos/o/other/git/trees/x')"
    run = chinese("run", "--offline", "--", sys.executable, "-c", code)
    assert "拒绝了对 o/other 的请求：没有采用（--offline）" in run.stderr
    assert_chinese(chinese("run", "--", "no-such-program"), 127)
    assert_chinese(chinese("env", "--port", "1"), 1)


@pytest.fixture
def store(tmp_path):
    """Provides an empty store in a folder."""
    with running(Folder, tmp_path) as one:
        yield one


def test_the_life_of_a_published_repo(chinese, store, home):
    for name in ("config.json", "README.md"):
        write(home.path / "model" / name, name.encode())
    words = ["publish", REPO, home.path / "model", store.name]
    said = assert_chinese(chinese(*words, "--verify"))
    assert said.startswith(f"已发布 {REPO}（修订 master）：2 个文件，20 B\n") and "（新的修订）" in said
    texts = re.findall(r"^  \S+ +(?=\S)", said, re.M)
    assert len(texts) == 5 and {width(text) for text in texts} == {11}
    assert "待上传   0 个文件，0 B" in assert_chinese(chinese(*words, "--dry-run"))
    write(home.path / "model/README.md", b"edited")
    assert "（替换 " in assert_chinese(chinese(*words))
    assert_chinese(chinese(*words, "--expect", "none"), 3)
    assert_chinese(chinese("publish", REPO, store.name), 1)
    assert_chinese(chinese("publish", REPO, home.path / "model", "--repo-type", "dataset", store.name))
    said = assert_chinese(chinese("store", "ls", store.name))
    assert re.search(rf"^{REPO}（修订 master） +\w{{12}}  .* UTC，发布者 \S+@\S+  2 个文件，", said, re.M)
    assert f"{REPO}（数据集，修订 master）" in said
    assert "，发布于 " in assert_chinese(chinese("store", "show", store.name, REPO))
    assert "正常    写入对象\n" in assert_chinese(chinese("store", "check", store.name))
    assert_chinese(chinese("store", "rm", store.name, REPO))
    assert_chinese(chinese("store", "show", store.name, REPO), 1)
    for file in (path for path in store.root.rglob("*") if path.is_file()):
        os.utime(file, (time.time() - 8 * 86400,) * 2)
    said = assert_chinese(chinese("store", "gc", store.name))
    assert said == f"已清理 {store.name} 里的 1 个文件，9 B\n  2 个旧 commit\n  保留：2 个文件，17 B\n"


def test_a_hub_of_published_repos(chinese, store, home):
    """Its messages are Chinese. Its clients, which may be anywhere, get English."""
    write(home.path / "model/config.json", b"{}")
    ok(chinese("publish", REPO, home.path / "model", store.name))
    [commit] = store.root.rglob("*.json.z")
    commit.write_bytes(b"damaged")
    with serving(chinese, "--from", store.name, "--offline") as served:
        status, _, body = served.ask(f"{api(REPO)}/contents?ref=master")
    assert status == 503 and body.isascii()
    assert "内容已损坏或太长" in (chinese.folder / "serve.log").read_text()
    assert "不可读：" in assert_chinese(chinese("store", "ls", store.name), 1)
    assert_chinese(chinese("store", "gc", store.name), 1)


def test_the_cache_and_the_targets(chinese, scene):
    ok(chinese("hash", scene.user / "README.md"))
    assert_chinese(chinese("hash", "/nowhere"), 1)
    assert_chinese(chinese("cache", "stats"))
    assert_chinese(chinese("cache", "clear"))
    assert_chinese(chinese("ls"))
    assert_chinese(chinese("du"))
    write(scene.home.place("me/one") / "model.bin", b"x")
    assert_chinese(chinese("rm", "me/one", "--dry-run"))
    assert_chinese(chinese("rm", "me/one"), 5)
    assert_chinese(chinese("rm", "me/one", "-y"))
    assert_chinese(chinese("rm", "me/one", "-y"), 1)
    write(scene.home.cache / "models/._hubcache/me/one/removed/file", b"x")
    assert_chinese(chinese("prune", "--dry-run"))
    assert_chinese(chinese("prune", "-y"))
    assert_chinese(chinese("prune"))
    assert_chinese(chinese("dedupe", "--dry-run"))
    assert_chinese(chinese("dedupe", "/nowhere"), 1)
    assert_chinese(chinese("ls", "--filter", "size"), 2)
    assert_chinese(chinese("targets"))
    assert_chinese(chinese("targets", "--python", "/nowhere"))


def test_the_doctor(chinese, scene):
    write(scene.place / ".msc", b"no pickle")
    env = {"AISTUDIO_CACHE": "/nowhere", "HF_HOME": "/a", "HF_HUB_CACHE": "/b", "MODELSCOPE_CACHE": ""}
    said = chinese(
        "doctor", env=env | {"HF_ENDPOINT": "http://127.0.0.1:1", "HF_TOKEN": "t", "VIRTUAL_ENV": "/nowhere"}
    )
    assert_chinese(said, 3)


# --- failures

FAILURES = [
    ([], 0),
    (["statu"], 2),
    (["cache", "stat"], 2),
    (["cache"], 2),
    (["--foo"], 2),
    (["adopt"], 2),
    (["adopt", "a/b", ".", "more"], 2),
    (["adopt", "a/b", ".", "--lnk", "copy"], 2),
    (["adopt", "a/b", ".", "--link"], 2),
    (["adopt", "a/b", ".", "--link", "x"], 2),
    (["adopt", "a/b", ".", "--link", "copy", "--link", "copy"], 2),
    (["adopt", "a/b", ".", "--take", "x"], 2),
    (["adopt", "a/b", ".", "--revision", ".."], 2),
    (["adopt", "a/b", ".", "--repo-type", "x"], 2),
    (["adopt", "a/b", ".", "--target", "x"], 2),
    (["adopt", "a/b", ".", "--target", "paddlex", "--place", "x"], 2),
    (["adopt", "a/b", ".", "--include", "!x"], 2),
    (["adopt", "a/b", ".", "--partial"], 2),
    (["adopt", "a/b", ".", "--match", "--offline"], 2),
    (["adopt", "a/b", "nowhere"], 1),
    (["adopt", "x:a/b", "."], 2),
    (["adopt", "model", "."], 2),
    (["status", "--offline=x"], 2),
    (["status", "a/b", "hf:"], 2),
    (["verify", "--fail-on", "x"], 2),
    (["verify", "--local-dir", "."], 2),
    (["release", "a/b"], 1),
    (["serve", "--port", "x"], 2),
    (["env", "--shell", "x"], 2),
    (["run", "--offline", "--upstream", "x", "--", "ls"], 125),
    (["run"], 125),
    (["completion", "x"], 2),
    (["publish", "a/b", ".", "store", "more"], 2),
    (["publish", "a/b", ".", "s3:x"], 2),
    (["publish", "a/b", ".", "store", "--expect", "x"], 2),
    (["store"], 2),
    (["store", "ls", "nowhere"], 1),
    (["store", "ls", "s3://x"], 2),
    (["store", "check", "s3://bucket"], 2),
    (["serve", "--listen", "x"], 2),
    (["serve", "--listen", "0.0.0.0:0"], 2),
    (["serve", "--redirect", "x"], 2),
    (["env", "--token-file", "x"], 2),
    (["env", "--hub", "http://h", "--token-file", "nowhere"], 1),
]


@pytest.mark.parametrize("words, code", FAILURES, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_failures(chinese, words, code):
    """They have the same exit code as in English, and begin with the same kinds of lines."""
    in_english = chinese(*words, env={"HUBCACHE_LANG": "en"})
    said = chinese(*words)
    assert said.returncode == in_english.returncode
    text = assert_chinese(said, code)
    if in_english.stderr:
        assert re.fullmatch(r"错误：\S.*\n(提示：\S.*\n)?", said.stderr), text
        assert in_english.stderr.startswith("error: ") and in_english.stderr.count("\n") == said.stderr.count("\n")


def test_a_hub_that_refuses_or_does_not_answer(chinese, scene, hub):
    assert_chinese(chinese("adopt", "no/such", scene.user), 4)
    assert_chinese(chinese("adopt", REPO, scene.user, "--revision", "none"), None)
    ok(chinese("adopt", REPO, scene.user))
    chinese.env["STUDIO_GIT_HOST"] = "http://127.0.0.1:9"
    assert_chinese(chinese("adopt", REPO, scene.user), 4)
    assert_chinese(chinese("status", "-v"), None)
    assert_chinese(chinese("refresh"), None)
    chinese.env["STUDIO_GIT_HOST"] = "nonsense"
    assert_chinese(chinese("adopt", REPO, scene.user), None)


# --- what stays


def test_json_is_the_same(chinese, scene, store):
    ok(chinese("adopt", REPO, scene.user))
    (scene.user / "dangling").unlink()
    ok(chinese("publish", REPO, scene.user, store.name))
    for words in (
        ["status", "--json"],
        ["status", "-v", "--json", "--check"],
        ["refresh", "--json", "--check"],
        ["verify", "--json", REPO],
        ["adopt", REPO, scene.user, "--dry-run", "--json"],
        ["adopt", "model", ".", "--json"],
        ["targets", "--json"],
        ["status", "--json", "--foo"],
        ["publish", REPO, scene.user, store.name, "--dry-run", "--json"],
        *(["store", name, store.name, "--json"] for name in ("ls", "gc", "check")),
        ["store", "show", store.name, "no/such", "--json"],
    ):
        in_english, said = chinese(*words, env={"HUBCACHE_LANG": "en"}), chinese(*words)
        assert (said.returncode, said.stdout, said.stderr) == (
            in_english.returncode,
            in_english.stdout,
            in_english.stderr,
        )
        json.loads(said.stdout)


def test_the_scripts_and_variables_are_the_same(chinese):
    for words in (["completion", "bash"], ["--version"]):
        assert ok(chinese(*words)) == ok(chinese(*words, env={"HUBCACHE_LANG": "en"}))
    words = ["completion", "--words", "adopt", "--"]
    first = [line.split("\t")[0] for line in ok(chinese(*words)).splitlines()]
    assert first == [line.split("\t")[0] for line in ok(chinese(*words, env={"HUBCACHE_LANG": "en"})).splitlines()]


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def column_of(line: str, word: str) -> int:
    return width(line[: line.index(word)])


def test_columns_are_aligned(chinese, scene):
    ok(chinese("adopt", REPO, scene.user))
    write(scene.home.place("o/other") / ".msc", b"no pickle")
    title, *rows = [line for line in ok(chinese("status")).splitlines() if not line.startswith(" ")]
    assert len(rows) == 2 and "已采用" in rows[1] + rows[0] and "损坏" in rows[0] + rows[1]
    for row in rows:
        assert column_of(title, "TARGET") == column_of(row, " aistudio ") + 1
        assert column_of(title, "状态") == column_of(row, "已采用" if "已采用" in row else "损坏")
    assert {column_of(row, "下载" if "下载" in row else "客户端失败") for row in rows} == {column_of(title, "下次运行")}
    lines = ok(chinese("status", "-v", REPO)).splitlines()
    texts = [re.match(r"  (\S+) +(?=\S)", line) for line in lines if re.match(r"  (文件夹|缓存|hub|下次运行) ", line)]
    assert len(texts) == 4 and {width(match.group()) for match in texts if match} == {12}

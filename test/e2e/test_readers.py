"""Each client of AI Studio models runs its own code: it loads the adopted copy and downloads nothing, and after a
release it has the hub's files again. docs/targets.md shows the results of these tests (targets_page.py)."""

from pathlib import Path

import pytest
from readers import READERS, Reader
from scene import FILES, Scene, read
from targets_page import Row, is_stated, rows

from adoption import ok, tree


@pytest.fixture(params=READERS, ids=lambda reader: reader.name.replace(" ", "-"))
def reader(request) -> Reader:
    return request.param


@pytest.fixture
def scene(hub, home, reader) -> Scene:
    return Scene(hub, home, reader.repo_id)


def contents(outcome) -> dict[str, bytes | None]:
    assert outcome.error is None, outcome.error_text + outcome.stdout + outcome.stderr
    return {path: read(Path(name)) if name else None for path, name in outcome.value.items()}


def hubs_own(scene: Scene) -> dict[str, bytes]:
    entries = scene.remote.head.entries
    return {path: entries[path].lfs if entries[path].lfs is not None else entries[path].text for path in FILES}


def test_reader(reader, hub, home, hubcache, scene):
    row = Row(reader.name, reader.target, reader.call, reader.skipped)
    if reader.skipped:
        assert is_stated(row)
        pytest.skip(reader.skipped)
    env = reader.variables(home)
    mine = {path: scene.edited(path) for path in FILES}
    before = tree(scene.user, times=True)
    ok(hubcache("adopt", reader.named or reader.repo_id, scene.user, *reader.arguments(home), env=env))

    for _ in range(2):
        run = reader.run(home, hub)
        assert (contents(run), run.media_bytes) == (mine, 0)
        assert not reader.asks_nothing or run.requests == []
        row.runs.append(run.media_bytes)

    scene.push()
    pushed = reader.run(home, hub)
    theirs = {path: hubs_own(scene)[path] for path in reader.after_push}
    assert contents(pushed) == mine | theirs | {path: None for path in reader.none_after_push}
    row.downloaded = sorted(pushed.downloads)
    row.none = sorted(path for path, name in pushed.value.items() if name is None)

    report = ok(hubcache("refresh", "--json", env=env))
    assert [(repo["repo_id"], repo["error"]) for repo in report["repos"]] == [(reader.repo_id, None)]
    row.was_stale = report["repos"][0]["stale"]
    refreshed = reader.run(home, hub)
    assert (contents(refreshed), refreshed.media_bytes) == (mine, 0)
    row.after_refresh = refreshed.media_bytes
    assert tree(scene.user, times=True) == before

    ok(hubcache("release", reader.repo_id, env=env))
    released = reader.run(home, hub)
    assert contents(released) == hubs_own(scene)
    row.after_release = len(released.downloads)
    assert tree(scene.user, times=True) == before
    assert is_stated(row), f"docs/targets.md does not say this; see targets_page.py: {row.line()}"


def test_the_page_has_no_other_rows():
    assert sorted(line.split(" | ")[0].removeprefix("| ") for line in rows()) == sorted(
        reader.name for reader in READERS
    )

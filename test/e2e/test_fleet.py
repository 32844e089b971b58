"""With many adopted repos, status, refresh and verify ask the hub about several repos at once, and report the same as
for each repo alone."""

import json
import re

import pytest
from scene import write

from adoption import ok

REPOS = [f"ctbots/fleet-{number:02}" for number in range(24)]
COMMANDS = ["status", "refresh", "verify"]
# The most requests that hubcache sends at once for the listing of one repo.
QUESTIONS_OF_ONE_REPO = 6


@pytest.fixture
def fleet(hub, home, hubcache) -> list[str]:
    return adopt_all(hub, home, hubcache, REPOS)


def adopt_all(hub, home, hubcache, repos: list[str]) -> list[str]:
    """Adopts all repos; returns the ids in the order in which the commands find them."""
    for repo_id in repos:
        hub.repo(repo_id).push({"README.md": b"# the hub's\n", "config.json": b"{}\n"})
        write(home.path / "mine" / repo_id / "README.md", f"my own {repo_id}\n".encode())
        ok(hubcache("adopt", repo_id, home.path / "mine" / repo_id))
    return [report["repo_id"] for report in reports(hubcache("status", "--offline", "--json"))]


def reports(run) -> list[dict]:
    return json.loads(run.stdout)["repos"]


def by_id(run) -> dict[str, dict]:
    return {report["repo_id"]: report for report in reports(run)}


def repos_asked(hub, mark: int) -> list[str]:
    """Returns the repos whose listings were requested, once per request."""
    asked = [re.search(r"/repos/([^/]+/[^/]+)/git/trees/", request.path) for request in hub.log.since(mark)]
    return [match[1] for match in asked if match]


@pytest.mark.parametrize("command", COMMANDS)
def test_several_repos_are_asked_about_at_once(hub, hubcache, fleet, command):
    """The answers stay in the order of the repos, and equal the answer for each repo alone."""
    alone = [reports(hubcache(command, repo_id, "--json")) for repo_id in fleet]
    hub.latency, mark = 0.05, hub.mark()
    hub.most_at_once = 0
    together = reports(hubcache(command, "--json"))
    assert QUESTIONS_OF_ONE_REPO < hub.most_at_once <= 16
    assert [report["repo_id"] for report in together] == fleet
    for report, reports_of_one in zip(together, alone, strict=True):
        assert [report] == reports_of_one
    assert sorted(repos_asked(hub, mark)) == REPOS


@pytest.mark.parametrize("command", COMMANDS)
def test_two_places_of_a_repo_share_one_answer(hub, home, hubcache, command):
    """The two places must be close together in the order, because hubcache does not keep answers for long."""
    fleet = adopt_all(hub, home, hubcache, REPOS[:8])
    ok(
        hubcache(
            "adopt", fleet[0], home.path / "mine" / fleet[0], "--target", "aistudio-dir", "--place", home.path / "place"
        )
    )
    mark = hub.mark()
    run = hubcache(command, "--json")
    assert [report["repo_id"] for report in reports(run)].count(fleet[0]) == 2
    assert repos_asked(hub, mark).count(fleet[0]) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_too_many_requests_are_waited_for(hub, hubcache, fleet, command):
    expected = hubcache(command, "--json")
    hub.fault("/ctbots/fleet-0[0-3]/", times=8, status=429, retry_after=1)
    mark = hub.mark()
    run = hubcache(command, "--json")
    assert (run.returncode, run.stdout, run.stderr) == (expected.returncode, expected.stdout, expected.stderr)
    assert [request.status for request in hub.log.since(mark)].count(429) == 8


@pytest.mark.parametrize("command", COMMANDS)
def test_a_repo_that_fails_disturbs_no_other(hub, hubcache, fleet, command):
    before = by_id(hubcache(command, "--json"))
    failing = fleet[5]
    hub.fault(f"/{failing}/", status=500)
    after = by_id(hubcache(command, "--json"))
    assert list(after) == list(before) == fleet
    assert {repo_id for repo_id in fleet if after[repo_id] != before[repo_id]} == {failing}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_hub_that_is_down_is_said_of_each_repo(hub, hubcache, fleet, command):
    hub.fault("/api/", drop=True)
    told = reports(hubcache(command, "--json"))
    assert [report["repo_id"] for report in told] == fleet
    for report in told:
        assert "127.0.0.1" in (report.get("hub_error") or json.dumps(report["error"]))

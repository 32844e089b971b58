"""gitea_questions.py, which compares the double with a real Gitea, finds differences. A second double stands in for the
real Gitea."""

import sys

import gitea_questions
import pytest
from hubdouble import Hub


@pytest.mark.parametrize("version", ["1.22.3", "1.25.4"])
def test_two_servers(version, capsys):
    with Hub(page_quirks=version == "1.22.3", version=version) as other:
        gitea_questions.fill(other, "me", lfs=True)
        assert gitea_questions.compare(other.url, "me", "", filled=True, version=version, lfs=True) == 0
        other.repo("me/hubcache-model").push({"README.md": b"changed\n"})
        assert gitea_questions.compare(other.url, "me", "", filled=True, version=version, lfs=True) > 0
    assert "/api/v1/repos/me/hubcache-model/git/trees/master" in capsys.readouterr().out


def test_exit_code(monkeypatch):
    with Hub() as other:
        monkeypatch.setattr(sys, "argv", ["gitea_questions.py", other.url, "--user", "me", "--filled"])
        with pytest.raises(SystemExit) as ended:
            gitea_questions.main()
    assert ended.value.code == 1


@pytest.mark.parametrize("lfs", [False, True])
def test_the_commits_are_gits(tmp_path, lfs, monkeypatch):
    """git computes the same commit ids as the double. The test only records the pushes."""
    pushed, run_git = [], gitea_questions.run_git

    def git(folder, owner, *arguments, **more):
        if "push" not in arguments:
            return run_git(folder, owner, *arguments, **more)
        pushed.append(arguments[-1])
        return ""

    monkeypatch.setattr(gitea_questions, "run_git", git)
    monkeypatch.setattr(gitea_questions.Server, "request", lambda *_arguments, **_more: (201, {}, b""))
    with Hub() as hub:
        for number, repo in enumerate(gitea_questions.fill(hub, "me", lfs=lfs)):
            if repo.name != "hubcache-many":
                gitea_questions.create(gitea_questions.Server(hub.url), repo, tmp_path / str(number))
    assert "refs/heads/master" in pushed and "refs/heads/main" in pushed

"""The pytest plugin: the fixture local_hub. A project that does not use the fixture loads nothing but this module."""

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .running_hub import LocalHub


@pytest.fixture(scope="session")
def _hubcache_local_hub() -> "Iterator[LocalHub]":
    from .running_hub import local_hub as new_local_hub

    with new_local_hub(offline=True)._open() as hub:
        yield hub


@pytest.fixture
def local_hub(_hubcache_local_hub: "LocalHub", monkeypatch: "pytest.MonkeyPatch") -> "LocalHub":
    """The local hub of hubcache, offline: in the test, clients load the adopted models and reach no hub.

    It is started once, with the repos that are adopted at the first test that uses it. Its variables are set during each
    test that uses it. `url` and `variables` are as in hubcache.LocalHub.
    """
    # The test and its other fixtures may set the same variables by monkeypatch, which undoes all changes in reverse order.
    for name, value in _hubcache_local_hub._lend().items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return _hubcache_local_hub

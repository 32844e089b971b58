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
def local_hub(_hubcache_local_hub: "LocalHub") -> "Iterator[LocalHub]":
    """The local hub of hubcache, offline: in the test, clients load the adopted models and reach no hub.

    It is started once, with the repos that are adopted at the first test that uses it. Its variables are set during each
    test that uses it. `url` and `variables` are as in hubcache.LocalHub.
    """
    with _hubcache_local_hub._lent() as hub:
        yield hub

"""A test double of AI Studio's hub on the loopback address. It implements the part of the API of Gitea 1.22.3 (or
1.25.4) that the clients use.

In a test:     with Hub() as hub: ...                 (see hub.Hub and repo.Repo)
As a program:  python -m hubdouble --port 0 --sample  (prints its address; see __main__)

ModelScopeHub and CsgHub are test doubles of ModelScope's hub and of CSGHub with the same repos, log and faults.
"""

from .csghub import CsgHub
from .faults import Fault
from .hub import Hub
from .log import Request
from .modelscope import ModelScopeHub
from .repo import Executable, Lfs, Link, Opaque, Repo, Submodule
from .server import Server

__all__ = [
    "CsgHub",
    "Executable",
    "Fault",
    "Hub",
    "Lfs",
    "Link",
    "ModelScopeHub",
    "Opaque",
    "Repo",
    "Request",
    "Server",
    "Submodule",
]

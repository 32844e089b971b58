"""The types of doctor()'s report: the fields of `hubcache doctor --json`."""

from dataclasses import dataclass
from pathlib import Path
from typing import List, Literal, Optional

from .arguments import flag
from .calls import call
from .display import Shown
from .reports import Json

Severity = Literal["ok", "note", "wrong"]
Reach = Literal["not_asked", "answers", "rejects", "fails", "untrusted", "unreachable"]


@dataclass(frozen=True, repr=False)
class Finding(Shown):
    """Something that was examined. `check` is one word: python, target, variable, hub, token, clock, file_system, system
    or cache."""

    _columns = ("severity", "check", "what", "where", "command")

    severity: Severity
    check: str
    what: str  # for people
    where: Optional[str]  # the file, folder, address or variable
    command: Optional[str]  # the command that mends it


@dataclass(frozen=True, repr=False)
class InstalledPackage(Shown):
    name: str
    version: str
    folder: str

    def _short(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, repr=False)
class ExaminedTarget(Shown):
    _title = ("name",)
    _columns = ("name", "place", "packages")

    name: str
    place: str  # the cache folder, with <owner> and <name> for those of the repo
    variable: str  # the environment variable or option that sets the place
    packages: List[InstalledPackage]


@dataclass(frozen=True, repr=False)
class TokenSource(Shown):
    """Where a client finds its access token; never the token."""

    set: bool
    from_: Optional[str]  # the variable or the file with the token
    file: Optional[str]  # where the client stores a token, whether the file exists or not
    mode: Optional[int]  # permission bits of the file; None: it does not exist
    readable_by_others: bool
    error: Optional[str]  # why the token cannot be read

    def _short(self) -> str:
        return self.from_ or ""


@dataclass(frozen=True, repr=False)
class ExaminedHub(Shown):
    _title = ("name",)
    _columns = ("name", "address", "reach", "milliseconds", "proxy", "token", "error")

    name: str
    title: str
    address: Optional[str]  # None: the variable is invalid
    variable: str  # sets the address
    used: bool  # a client is installed, a repo is cached, a token or an address is set
    offline_variable: Optional[str]  # stops the clients from asking the hub
    reach: Reach
    status: Optional[int]  # HTTP status of the answer
    milliseconds: Optional[int]  # time to the end of the answer
    error: Optional[str]  # why there is no answer
    proxy: Optional[str]
    proxy_variable: Optional[str]
    certificates: Optional[str]  # the trusted authorities
    certificates_variable: Optional[str]  # None: the system's
    clock_ahead: Optional[int]  # seconds by which the hub's clock is ahead of this machine's
    token: TokenSource


@dataclass(frozen=True, repr=False)
class ExaminedFileSystem(Shown):
    _title = ("folder",)
    _columns = ("folder", "type", "free_bytes", "needed_bytes", "hard_links", "reflinks", "network")

    folder: str
    targets: List[str]  # those whose places are on it
    type: Optional[str]
    network: bool
    writable: bool
    reflinks: Optional[bool]  # None: not tried
    hard_links: Optional[bool]
    free_bytes: int
    needed_bytes: int  # what refresh would copy to it now and what clients would download to it


@dataclass(frozen=True, repr=False)
class DoctorReport(Shown):
    """Home folders and user names are replaced by ~ and <user>, as in `hubcache doctor --json`."""

    version: str  # of hubcache
    system: str  # the kernel's name, release and machine
    python: Optional[Path]  # the folder with bin/ and lib/ of the Python that was examined
    offline: bool
    wrong: int  # number of findings with this severity
    notes: int
    findings: List[Finding]  # the wrong ones first, then the notes
    targets: List[ExaminedTarget]
    hubs: List[ExaminedHub]
    file_systems: List[ExaminedFileSystem]


def doctor(*, offline: bool = False) -> DoctorReport:
    """Finds what is wrong on this machine for the clients and for hubcache, and the commands that mend it.

    Args:
        offline: asks no hub.

    Raises:
        Nothing for what is wrong: see DoctorReport.findings.
    """
    return _doctor_report(call("doctor", {"offline": flag("offline", offline)}))


def _doctor_report(value: Json) -> DoctorReport:
    lists: Json = {
        "findings": [Finding(**one) for one in value["findings"]],
        "targets": [_target(one) for one in value["targets"]],
        "hubs": [ExaminedHub(**{**one, "token": _token(one["token"])}) for one in value["hubs"]],
        "file_systems": [ExaminedFileSystem(**one) for one in value["file_systems"]],
        "python": Path(value["python"]) if value["python"] else None,
    }
    return DoctorReport(**{**{name: one for name, one in value.items() if name != "schema"}, **lists})


def _target(value: Json) -> ExaminedTarget:
    return ExaminedTarget(**{**value, "packages": [InstalledPackage(**one) for one in value["packages"]]})


def _token(value: Json) -> TokenSource:
    return TokenSource(**{"from_" if name == "from" else name: one for name, one in value.items()})

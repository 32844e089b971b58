"""When clients read the variable that names their hub, and warnings about clients that have read it too early.

`test/e2e/test_imported_clients.py` finds out each line of CLIENTS by running the client.
"""

import sys
import warnings
from dataclasses import dataclass
from typing import List, Literal, Mapping, Optional, Set, Tuple

When = Literal["at each call", "at import", "at the first call", "never"]


@dataclass(frozen=True)
class Client:
    name: str
    versions: Tuple[str, ...]  # that were run
    variable: str
    when: When
    module: str = ""  # loaded with the client; its attribute keeps the address
    attribute: str = ""
    instead: str = ""  # what works without a restart

    def kept_address(self) -> Optional[str]:
        """Returns the address that the client has read and goes on using, if it has."""
        value: object = sys.modules.get(self.module)
        for name in self.attribute.split(".") if value is not None else ():
            value = getattr(value, name, None)
        return value if isinstance(value, str) else None

    def is_loaded(self) -> bool:
        return self.module in sys.modules


CLIENTS = (
    Client("aistudio_sdk", ("0.3.5", "0.3.9"), "STUDIO_GIT_HOST", "at each call"),
    Client("pycsghub", ("0.9.1", "0.9.3"), "CSGHUB_DOMAIN", "at each call"),
    # `import huggingface_hub` alone loads no module that reads the variable; the first use of a name in it does.
    Client(
        "huggingface_hub",
        ("0.26.5", "1.33.0", "2.4.0"),
        "HF_ENDPOINT",
        "at import",
        "huggingface_hub.constants",
        "ENDPOINT",
        'pass endpoint=os.environ["HF_ENDPOINT"] to snapshot_download and hf_hub_download',
    ),
    Client("datasets", ("5.2.0",), "HF_ENDPOINT", "at import", "datasets.config", "HF_ENDPOINT"),
    Client(
        "modelscope since 1.38",
        ("1.40.2",),
        "MODELSCOPE_ENDPOINT",
        "at the first call",
        "modelscope_hub.config",
        "_default_config.endpoint",
        "call modelscope_hub.set_default_config(None), after which it reads the variable again",
    ),
    Client("modelscope before 1.38", ("1.25.0", "1.37.1"), "MODELSCOPE_ENDPOINT", "never", "modelscope"),
)


class ImportedClientWarning(UserWarning):
    """A client that this process has imported does not use the local hub, or will use one that has ended."""


_told_at_stop: Set[Tuple[str, str]] = set()


def warn_before_start(variables: Mapping[str, Optional[str]], stacklevel: int) -> None:
    """Warns of clients that go on using another address than that in `variables`."""
    late = [client for client in _keepers() if client.kept_address() not in (None, variables.get(client.variable))]
    for client in late:
        _warn(_too_late(client), stacklevel + 1)
    if _old_modelscope().is_loaded() and "modelscope_hub" not in sys.modules:
        _warn(
            "modelscope before 1.38 does not use this local hub: it does not read MODELSCOPE_ENDPOINT. Update modelscope, or "
            "start Jupyter itself by `hubcache run -- jupyter lab`",
            stacklevel + 1,
        )


def warn_after_stop(variables: Mapping[str, Optional[str]], stacklevel: int) -> None:
    """Warns once of each client that keeps the address of the local hub that has ended."""
    for client in _keepers():
        address = client.kept_address()
        if address is None or address != variables.get(client.variable) or (client.name, address) in _told_at_stop:
            continue
        _told_at_stop.add((client.name, address))
        _warn(
            f"{client.name} has read {client.variable} while the local hub was running, and goes on asking {address}, "
            "which no longer answers. The next local hub of this process gets the same port if it is free, and "
            f"{client.name} works again; to use {client.name} without a local hub, restart the kernel (or the program)",
            stacklevel + 1,
        )


def _too_late(client: Client) -> str:
    return (
        f"{client.name} does not use this local hub: it has read {client.variable} {client.when}, and goes on asking "
        f"{client.kept_address()}. Restart the kernel (or the program), and start the local hub in the first cell, before "
        "the import" + (f"; or {client.instead}" if client.instead else "")
    )


def _keepers() -> List[Client]:
    return [client for client in CLIENTS if client.attribute]


def _old_modelscope() -> Client:
    return next(client for client in CLIENTS if client.when == "never")


def _warn(text: str, stacklevel: int) -> None:
    warnings.warn(text, ImportedClientWarning, stacklevel=stacklevel + 1)

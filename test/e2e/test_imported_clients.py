"""When each real client reads the variable that names its hub. hubcache's warnings about clients that are imported before
the local hub starts rely on it; `hubcache.imported_clients` has the table."""

import sys
from typing import Any

import pytest
from csg import CsgClient
from hf import HfClient
from hubdouble import ModelScopeHub
from installed import ROOT
from ms import MsClient, through
from sdk import Client, Sdk, venv_of

sys.path.insert(0, str(ROOT / "python"))
from hubcache.imported_clients import CLIENTS  # noqa: E402

sys.path.remove(str(ROOT / "python"))

REPO = "me/tuned"
DEAD = "http://127.0.0.1:9"
ROWS = [(row, version) for row in CLIENTS for version in row.versions]
IMPORT = {
    "aistudio_sdk": "from aistudio_sdk.snapshot_download import snapshot_download",
    "pycsghub": "from pycsghub.snapshot_download import snapshot_download",
    "huggingface_hub": "from huggingface_hub import snapshot_download",
    "datasets": "from datasets import load_dataset",
    "modelscope since 1.38": "from modelscope import snapshot_download",
    "modelscope before 1.38": "from modelscope import snapshot_download",
}
BEGIN = """
import os
def loads(**more):
    try:
        {call}
    except Exception as error:
        return False
    return True
{importing}
"""


class Case:
    """A client with a model on its hub, which it finds only by the variable of its row."""

    def __init__(self, row: Any, client: Client, address: str):
        self.row, self.client, self.address = row, client, address

    def run(self, script: str) -> Any:
        """Runs a script after the client's import, with an address in the variable that nobody answers. `address` is the
        hub's, `loads()` downloads the model and says whether that worked."""
        name = self.row.name
        call = f"load_dataset({REPO!r}, **more)" if name == "datasets" else f"snapshot_download({REPO!r}, **more)"
        call = call.replace("(", "(repo_id=", 1) if name == "aistudio_sdk" else call
        begin = BEGIN.format(call=call, importing=IMPORT[name]) + f"address = {self.address!r}\n"
        outcome = self.client.script(begin + script, env={self.row.variable: DEAD})
        assert outcome.error is None, outcome.error_text
        return outcome.value

    def works_after(self, *steps: str) -> bool:
        return self.run("\n".join([*steps, "result = loads()"]))

    @property
    def setting(self) -> str:
        return f"os.environ[{self.row.variable!r}] = address"


@pytest.fixture
def case(request, home, hub, hf_hub, ms_hub: ModelScopeHub, ms_front, csg_hub) -> Case:
    row, version = request.param
    if row.name == "aistudio_sdk":
        client, server, address = Sdk(version, venv_of(f"aistudio-{version}"), home, hub), hub, hub.url
    elif row.name == "pycsghub":
        client, server, address = CsgClient(version, home, csg_hub), csg_hub, csg_hub.url
    elif row.name.startswith("modelscope"):
        client, server, address = MsClient(version, home, ms_hub, ms_front), ms_hub, ms_hub.endpoint
        client.env |= through(ms_front)
    else:
        name = row.name.replace("_", "-")
        client, server, address = HfClient(name, version, home, hf_hub), hf_hub, hf_hub.url
    kind = ["datasets"] if row.name == "datasets" else []
    server.repo(REPO, *kind).push({"README.md": b"# model\n", "train.csv": b"a,b\n1,2\n"})
    return Case(row, client, address)


def each(*rows: tuple[Any, str]) -> pytest.MarkDecorator:
    chosen = rows or ROWS
    return pytest.mark.parametrize(
        "case", chosen, indirect=True, ids=[f"{row.name}-{version}" for row, version in chosen]
    )


def those(*names: str) -> list[tuple[Any, str]]:
    return [(row, version) for row, version in ROWS if row.name in names]


@each()
def test_when_the_client_reads_the_variable(case: Case):
    if case.works_after():
        when = "never"
    elif not case.works_after(case.setting):
        when = "at import"
    elif not case.works_after("assert not loads()", case.setting):
        when = "at the first call"
    else:
        when = "at each call"
    assert case.row.when == when


@each(*those("huggingface_hub", "datasets", "modelscope since 1.38"))
def test_the_address_that_the_client_keeps(case: Case):
    """The attribute that hubcache reads has it, and keeps it when the variable changes."""
    row = case.row
    first = "loads()" if row.when == "at the first call" else ""
    kept = case.run(
        f"{first}\n{case.setting}\nimport operator, sys\n"
        f"result = operator.attrgetter({row.attribute!r})(sys.modules[{row.module!r}])"
    )
    assert kept == DEAD


@each(*those("huggingface_hub"))
def test_the_import_of_huggingface_hub_alone_does_not_read_the_variable(case: Case):
    assert (
        case.client.script("import huggingface_hub, sys\nresult = 'huggingface_hub.constants' in sys.modules").value
        is False
    )


@each(*those("huggingface_hub"))
def test_huggingface_hub_takes_an_address_at_a_call(case: Case):
    assert "endpoint=os.environ" in case.row.instead
    assert case.run("assert not loads()\nresult = loads(endpoint=address)") is True


@each(*those("modelscope since 1.38"))
def test_modelscope_can_be_made_to_read_the_variable_again(case: Case):
    assert "modelscope_hub.set_default_config(None)" in case.row.instead
    again = "import modelscope_hub\nmodelscope_hub.set_default_config(None)"
    assert case.works_after("assert not loads()", case.setting, again)

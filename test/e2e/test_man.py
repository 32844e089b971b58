"""The man pages in docs/man."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "man"


def contents(folder):
    return {page.name: page.read_text() for page in folder.glob("*.1")}


def test_the_pages_have_the_texts_of_help(tmp_path):
    subprocess.run([Path(os.environ["HUBCACHE_TOOLS"]) / "make_man", tmp_path], check=True)
    made = contents(tmp_path)
    assert "hubcache.1" in made and "hubcache-adopt.1" in made
    assert made == contents(PAGES), "./dev man writes them anew"


def test_the_pages_are_well_formed():
    if not shutil.which("mandoc"):
        pytest.skip("there is no mandoc here")
    pages = sorted(PAGES.glob("*.1"))
    assert pages
    run = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages], capture_output=True, text=True)
    assert [line for line in run.stdout.splitlines() if "missing date" not in line] == []


def test_a_page_names_every_option(hubcache):
    listed = hubcache("adopt", "--help").stdout
    shown = subprocess.run(
        ["mandoc", "-Tutf8", "-Owidth=200", PAGES / "hubcache-adopt.1"], capture_output=True, text=True, check=True
    )
    text = subprocess.run(["col", "-b"], input=shown.stdout, capture_output=True, text=True, check=True).stdout
    options = {word for line in listed.splitlines() for word in line.split()[:1] if word.startswith("--")}
    assert len(options) > 10
    assert [option for option in options if option not in text] == []


def test_the_pages_say_what_goes_with_the_options():
    pages = contents(PAGES)
    assert '.SH "DESCRIPTION"' in pages["hubcache.1"]
    assert '.SH "ENVIRONMENT"' in pages["hubcache.1"] and '.SH "FILES"' in pages["hubcache.1"]
    assert r"\fB\-\-upstream\fR \fIURL\fR" in pages["hubcache-run.1"]
    assert r"; not with \fB\-\-upstream\fR" in pages["hubcache-run.1"]
    assert ".TP\n128 + N\nsignal N ended COMMAND\n" in pages["hubcache-run.1"]
    assert r"\fBhubcache\-serve\fR(1)" in pages["hubcache-run.1"].partition("SEE ALSO")[2]
    assert [name for name, page in pages.items() if r"\fIvalue\fR" in page or r"\fIVALUE\fR" in page] == []

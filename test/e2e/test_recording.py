"""README's picture of a terminal shows what hubcache and the real SDK print."""

import re
import subprocess
import sys
from pathlib import Path

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def test_the_recording_is_of_this_version(tmp_path):
    new = tmp_path / "recording.svg"
    subprocess.run([sys.executable, PICTURES / "record.py", new], check=True)
    texts = re.findall(r"<text.*?>(.*?)</text>", new.read_text())
    assert any("next run  no downloads" in text for text in texts)
    assert "# my edited model" in texts
    assert new.read_text() == (PICTURES / "recording.svg").read_text(), "./dev recording makes it anew"

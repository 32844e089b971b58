"""Reads the command lines in the READMEs, the site's pages and the documents for users, and replaces their placeholders
by real values."""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
FOR_USERS = ("docs/site/pages/*.md", "docs/json.md", "docs/targets.md", "docs/formats/*.md")
DOCUMENTS = (*READMES, *(path.relative_to(ROOT).as_posix() for one in FOR_USERS for path in sorted(ROOT.glob(one))))

# Other tests or scripts run these commands.
ELSEWHERE = {"./dev test": ".ci/run", "~/hubcache/bin/pip install .": "test/e2e/installed.py"}
PROGRAMS = ("hubcache ", "./dev ", "pip ", "~/hubcache/bin/", 'eval "$(hubcache ')
OWNER_NAME = "ctbots/first-paddle-model"
PLACEHOLDERS = {
    "OWNER/NAME": OWNER_NAME,
    "hf:OWNER/NAME": f"hf:{OWNER_NAME}",
    "csg:OWNER/NAME": f"csg:{OWNER_NAME}",
    "REPO_ID": OWNER_NAME,
    "R": OWNER_NAME,
    "DIR": "./my-model",
    "D": "./my-model",
    "PATH": "my-model",
    "COMMAND": "true",
    "N": "0",
    "EXE": "/usr/bin/python3",
    "PYTHON": "/usr/bin/python3",
    "PaddleX/NAME": "PaddleX/model",
    "PaddlePaddle/NAME": "PaddlePaddle/model",
    "ms:OWNER/NAME": f"ms:{OWNER_NAME}",
    "FOLDER": "my-model",
    "STORE": "./store",
    "ms:PaddlePaddle/NAME": "ms:PaddlePaddle/model",
}


@dataclass(frozen=True)
class Lines:
    """Command lines to run together: those of one console block, or a single line."""

    document: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document}: {self.lines[0]}"


def found_in(document: str) -> list[Lines]:
    text = (ROOT / document).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"^```(?:console|sh|bash|shell)\n(.*?)^```", text, re.M | re.S):
        lines = [without_comment(line[2:]) for line in block.splitlines() if line.startswith("$ ")]
        found.append(tuple(lines))
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    indented = [without_comment(line.strip()) for line in rest.splitlines() if line.startswith("    ")]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^    .*$", "", rest, flags=re.M))
    for line in indented + inline:
        for part in line.split(" && ") if line.startswith(PROGRAMS) else []:
            found += [(variant,) for variant in variants(part)]
    return [Lines(document, lines) for lines in dict.fromkeys(found) if lines]


def python_blocks(readme: str, section: str) -> list[str]:
    """Returns the Python code of a section, whose heading begins with `section`."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    [part] = re.findall(rf"^## {section}.*?(?=^## )", text, re.M | re.S)
    return re.findall(r"^```python\n(.*?)^```", part, re.M | re.S)


def without_comment(line: str) -> str:
    return re.sub(r"\s+#\s.*$", "", line).strip()


def variants(line: str) -> list[str]:
    """Returns the variants of a command line: without the parts in brackets, and with all of them; `[a | b]` gives one
    variant for each choice."""
    parts = re.split(r"\[([^\]]*)\]", line.replace("…", "").replace("...", ""))
    choices = [[part] if number % 2 == 0 else part.split(" | ") for number, part in enumerate(parts)]
    longest = ["".join(one) for one in itertools.product(*choices)]
    return list(dict.fromkeys(" ".join(with_real_words(one)) for one in ["".join(parts[::2]), *longest]))


def with_real_words(line: str) -> list[str]:
    words = line.split()
    real = [PLACEHOLDERS.get(word, word) for word in words]
    for option in ("--place", "--local-dir"):
        if option in words and words.index(option) + 1 < len(words):
            real[words.index(option) + 1] = "./local"
    return real

#!/usr/bin/env python3
"""The messages and their translation: collects the messages of src, and makes src/cli/chinese.inc from po/zh_CN.po.

usage: catalogue.py update   adds new messages to po/zh_CN.po, removes those that no source has, writes src/cli/chinese.inc
       catalogue.py check    prints what is missing or wrong; exit code 1 if anything is
       catalogue.py --self-test  tests this program
"""

import re
import string
import sys
import unittest
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "po" / "zh_CN.po"
TABLE = ROOT / "src" / "cli" / "chinese.inc"
NOT_MESSAGES = ROOT / "po" / "not_messages.txt"

HEADER = """\
# Messages of hubcache in Chinese. po/catalogue.py keeps this file in step with the sources; CONTRIBUTING.md says how to
# add a message.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"""

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<raw>R"(?P<end>\w*)\(.*?\)(?P=end)")|(?P<text>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<char>'(?:\\.|[^'\\])+')|(?P<word>[A-Za-z_]\w*)|(?P<number>\d[\w.']*)|(?P<space>\s+)|(?P<sign>.)""",
    re.DOTALL,
)
MARKS = ("say", "marked", "translated")
COUNTS = ("counted", "counted_names")
SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


class Token(NamedTuple):
    kind: str
    text: str
    line: int


def tokens_of(source: str) -> List[Token]:
    tokens = []
    for match in TOKEN.finditer(source):
        kind = match.lastgroup if match.lastgroup != "end" else "raw"
        if kind not in ("comment", "space"):
            tokens.append(Token(str(kind), match.group(), source.count("\n", 0, match.start()) + 1))
    return tokens


def unescaped(literal: str) -> str:
    return re.sub(r"\\(.)", lambda match: SIMPLE_ESCAPES.get(match.group(1), match.group()), literal[1:-1])


def literal_at(tokens: List[Token], at: int) -> Tuple[str, int]:
    """Returns the text of the literals that begin at a token, which the compiler joins, and the position after them."""
    text = ""
    while at < len(tokens) and tokens[at].kind == "text":
        text += unescaped(tokens[at].text)
        at += 1
    return text, at


def last_argument(tokens: List[Token], at: int) -> Tuple[int, int]:
    """Returns the positions of the last argument of a call and of its end. `at`: after the opening parenthesis."""
    depth, start = 0, at
    while depth > 0 or tokens[at].text != ")":
        depth += (tokens[at].text in "([{") - (tokens[at].text in ")]}")
        at += 1
        if depth == 0 and tokens[at - 1].text == ",":
            start = at
    return start, at


def messages_in(tokens: List[Token]) -> Iterator[Tuple[str, int]]:
    """Yields each message with its line."""
    for at in range(2, len(tokens)):
        if tokens[at - 1].text != "(":
            continue
        name = tokens[at - 2].text
        if name in MARKS and tokens[at].kind == "text":
            yield literal_at(tokens, at)[0], tokens[at].line
        elif name in COUNTS:
            start, end = last_argument(tokens, at)
            text, after = literal_at(tokens, start)
            if text and after == end:
                yield "{} " + text, tokens[start].line


def unmarked_in(tokens: List[Token]) -> Iterator[Tuple[str, int]]:
    """Yields each literal that looks like a sentence and is no message, with its line."""
    marked = set(messages_in(tokens))
    at = 0
    while at < len(tokens):
        if tokens[at].kind != "text":
            at += 1
            continue
        text, after = literal_at(tokens, at)
        message = (text, tokens[at].line) in marked or ("{} " + text, tokens[at].line) in marked
        if not message and tokens[at - 1].text != "include" and re.search(r"[a-z]{2,} [a-z]{2,}", text):
            yield text, tokens[at].line
        at = after


def sources() -> List[Path]:
    """Returns the sources with messages. The C interface speaks English."""
    every = [*(ROOT / "src").rglob("*.cc"), *(ROOT / "src").rglob("*.h")]
    return sorted(path for path in every if "c_api" not in path.parts)


def messages() -> Dict[str, List[str]]:
    """Returns all messages of the sources, with the files that have them."""
    found: Dict[str, List[str]] = {}
    for path in sources():
        name = str(path.relative_to(ROOT))
        for text, _ in messages_in(tokens_of(path.read_text(encoding="utf-8"))):
            places = found.setdefault(text, [])
            if name not in places:
                places.append(name)
    return found


def quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    return '"' + text + '"'


def po_text(keyword: str, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        return f"{keyword} {quoted(text)}\n"
    return f'{keyword} ""\n' + "".join(quoted(line) + "\n" for line in lines)


def read_po() -> Dict[str, str]:
    translations: Dict[str, str] = {}
    texts = {"msgid": "", "msgstr": ""}
    keyword = ""

    def finish() -> None:
        if keyword == "msgstr" and texts["msgid"]:
            if texts["msgid"] in translations:
                raise SystemExit(f"{PO}: twice: {texts['msgid']!r}")
            translations[texts["msgid"]] = texts["msgstr"]

    for line in PO.read_text(encoding="utf-8").splitlines() if PO.exists() else []:
        match = re.fullmatch(r'(?:(msgid|msgstr) )?(".*")', line)
        if not match:
            continue
        if match.group(1):
            if match.group(1) == "msgid":
                finish()
            keyword = match.group(1)
            texts[keyword] = ""
        texts[keyword] += unescaped(match.group(2))
    finish()
    return translations


def write_po(found: Dict[str, List[str]], translations: Dict[str, str]) -> None:
    text = HEADER
    for message, places in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        text += "\n" + "".join(f"#: {place}\n" for place in places)
        text += po_text("msgid", message) + po_text("msgstr", translations.get(message, ""))
    PO.write_text(text, encoding="utf-8")


def table(translations: Dict[str, str]) -> str:
    """Returns the rows of the table, sorted by the bytes of the English texts."""
    rows = "// Made by po/catalogue.py from po/zh_CN.po.\n"
    for english in sorted(translations, key=lambda text: text.encode()):
        rows += f"{{{quoted(english)},\n {quoted(translations[english])}}},\n"
    return rows


def fields(message: str) -> List[Tuple[str, str]]:
    """Returns the numbers and formats of the replacement fields of a format string, sorted."""
    found = []
    for _, name, spec, _ in string.Formatter().parse(message):
        if name is not None:
            found.append((name or str(len(found)), spec or ""))
    return sorted(set(found))


def faults(english: str, translated: str) -> Iterator[str]:
    """Yields what is wrong with a translation."""
    if not translated:
        yield "no translation"
        return
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(translated) if name is not None]
        if any(names) and not all(names):
            yield "replacement fields with and without numbers"
        if fields(english) != fields(translated):
            yield "other replacement fields"
    except ValueError as error:
        yield f"no format string: {error}"
    for side, text_of in (("begin", str.lstrip), ("end", str.rstrip)):
        blank = [text.replace(text_of(text), "") if text_of(text) else text for text in (english, translated)]
        if "\n" in "".join(blank) and blank[0] != blank[1]:
            yield f"other line ends at the {side}"
    if re.search(r"[\u4e00-\u9fff]['\"]?[,;:!?](?!\S*[A-Za-z0-9/])", translated):
        yield "ASCII punctuation after a Chinese character"


def unmarked() -> Iterator[str]:
    """Yields what is wrong with the literals that are no messages: not_messages.txt lists those that look like some."""
    listed = {line for line in NOT_MESSAGES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    found = set()
    for path in sources():
        for text, line in unmarked_in(tokens_of(path.read_text(encoding="utf-8"))):
            found.add(quoted(text))
            if quoted(text) not in listed:
                yield f"{path.relative_to(ROOT)}:{line}: neither marked as a message nor in {NOT_MESSAGES.name}: {quoted(text)}"
    for text in sorted(listed - found):
        yield f"no source has this literal of {NOT_MESSAGES.name}: {text}"


def check() -> List[str]:
    found, translations = messages(), read_po()
    wrong = [
        f"not in {PO.name}: {message!r} ({places[0]})"
        for message, places in found.items()
        if message not in translations
    ]
    wrong += [f"no source has this message: {message!r}" for message in translations if message not in found]
    for english, translated in translations.items():
        wrong += [f"{fault}: {english!r}: {translated!r}" for fault in faults(english, translated)]
    wrong += unmarked()
    if TABLE.read_text(encoding="utf-8") != table(translations):
        wrong.append(f"{TABLE.name} is not made from {PO.name}: run po/catalogue.py update")
    return wrong


def update() -> None:
    found, translations = messages(), read_po()
    write_po(found, translations)
    kept = {message: translations[message] for message in translations if message in found and translations[message]}
    TABLE.write_text(table(kept), encoding="utf-8")


class SelfTest(unittest.TestCase):
    def messages(self, source: str) -> List[str]:
        return [text for text, _ in messages_in(tokens_of(source))]

    def test_the_calls_that_mark_a_message(self) -> None:
        self.assertEqual(
            self.messages('say("a {}", b("c")); marked("d" "e"); translated("f\\n");'), ["a {}", "de", "f\n"]
        )
        self.assertEqual(self.messages('// say("a")\nsay(name); sayer("a"); x.find("a");'), [])

    def test_the_nouns_of_counts(self) -> None:
        self.assertEqual(
            self.messages('counted(all.size(), "file"); counted_names(f(a, "b"), "name")'), ["{} file", "{} name"]
        )
        self.assertEqual(self.messages("std::string counted(std::uint64_t count, std::string_view noun);"), [])

    def test_a_sentence_that_is_no_message(self) -> None:
        source = (
            '#include "a b"\nfail("the file is lost"); say("the file is found"); x = "Aa: bb"; counted(1, "big file");'
        )
        self.assertEqual(list(unmarked_in(tokens_of(source))), [("the file is lost", 2)])

    def test_a_wrong_translation(self) -> None:
        good = [
            ("{} of {}", "{1} 的 {0}"),
            ("{:<9} is {}\n", "{:<9} 是 {}\n"),
            ("run {}", "运行 {}"),
            ("{} file", "{} 个文件"),
        ]
        wrong = [
            ("a", ""),
            ("{} of {}", "的"),
            ("{} of {}", "{0} 的 {}"),
            ("{:<9}", "{}"),
            ("a\n", "甲"),
            ("a: b", "甲: 乙"),
            ("{}", "{"),
        ]
        self.assertEqual([list(faults(*pair)) for pair in good], [[] for _ in good])
        self.assertEqual([len(list(faults(*pair))) > 0 for pair in wrong], [True for _ in wrong])


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        unittest.main(argv=sys.argv[:1])
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] != ["check"]:
        raise SystemExit(__doc__)
    problems = check()
    print("\n".join(problems) if problems else "the catalogue is complete")
    raise SystemExit(1 if problems else 0)

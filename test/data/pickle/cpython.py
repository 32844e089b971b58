"""CPython's pickle, for the unit tests of src/pickle: answers requests on stdin until it ends.

A request is a letter, a length of 8 bytes (little-endian) and that many bytes; an answer is a length and bytes.
    I  strings, each after its length of 4 bytes: path, revision, path, … -> the index as pickle.dump writes it
    M  an id -> the model's meta file
    R  a pickle -> '+' and the value, or '-' and the error, of an Unpickler that imports nothing
    D  a pickle -> as R; '-' also for a pickle that pickletools finds invalid, or that has an opcode that is not data
    V  a number -> a value made from it: its text, then for each protocol the pickle; each after its length of 4 bytes
"""

import io
import json
import os
import pickle
import pickletools
import random
import resource
import struct
import sys


def fresh(text):
    """Returns a new object, unless CPython itself has only one object for the text."""
    return json.loads(json.dumps(text))


def decode(data):
    return data.decode("utf-8", "surrogatepass")


def split(data):
    position = 0
    while position < len(data):
        (size,) = struct.unpack_from("<I", data, position)
        yield data[position + 4 : position + 4 + size]
        position += 4 + size


def join(parts):
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def dump(value):
    """Pickles a value as the SDK does, by pickle.dump into a file. Reading and writing it again must give the same
    bytes."""
    file = io.BytesIO()
    pickle.dump(value, file, 4)
    data = file.getvalue()
    assert data == pickle.dumps(value, 4)
    assert data == pickle.dumps(pickle.loads(data), 4)
    return data


def index(data):
    texts = [fresh(decode(part)) for part in split(data)]
    return dump([{"Path": path, "Revision": revision} for path, revision in zip(texts[::2], texts[1::2])])


def meta(data):
    return dump({"id": fresh(decode(data))})


def canonical(value):
    """Returns the value as text. For a value of which hubcache's reader keeps only the kind, the text is the kind."""
    if value is None:
        return "N"
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return "%d" % value if -(2**63) <= value < 2**63 else "<int>"
    if isinstance(value, str):
        return "'" + value.encode("utf-8", "surrogatepass").hex() + "'"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ",".join(map(canonical, value)) + ")"
    if isinstance(value, dict):
        return "{" + ",".join(canonical(key) + ":" + canonical(item) for key, item in value.items()) + "}"
    return "<" + type(value).__name__ + ">"


class DataOnly(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError("find_class")


def read(data):
    try:
        return b"+" + canonical(DataOnly(io.BytesIO(data)).load()).encode()
    except Exception as error:
        return b"-" + repr(error).encode("utf-8", "replace")


NOT_DATA = {"GLOBAL", "STACK_GLOBAL", "REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD", "EXT1", "EXT2", "EXT4"}
NOT_DATA |= {"PERSID", "BINPERSID", "NEXT_BUFFER", "READONLY_BUFFER"}


def read_data(data):
    try:
        if any(opcode.name in NOT_DATA for opcode, _, _ in pickletools.genops(data)):
            return b"-not data"
        with open(os.devnull, "w") as nowhere:
            pickletools.dis(data, nowhere)
    except Exception as error:
        return b"-" + repr(error).encode("utf-8", "replace")
    return read(data)


class Values:
    """Generates values of plain data. Some objects occur more than once, and are then shared in the pickle."""

    INTS = [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63 - 1, 2**63, -(2**63)]
    INTS += [-(2**63) - 1, 2**64, 10**40, -(10**40), 2**2040, -(2**2039), 10**3000]
    FLOATS = [0.0, -0.0, 1.5, -2e300, 5e-324, float("inf"), float("-inf"), float("nan"), 1e16, 3.0]
    TEXTS = ["", "a", "é", "Path", "Revision", "\n", "\\", "\\u0041", "\\\\u0041", "\0", "\r\x1a", "'", '"', "中文"]
    TEXTS += ["\U0001f600", "\ud800", "\udfff\ud800", "\ud83d\ude00", "x" * 255, "x" * 256, "é" * 128, "a/b c+%#?.bin"]

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.made = []

    def text(self):
        if self.random.random() < 0.02:
            return "y" * self.random.choice([65535, 65536, 70000])
        if self.random.random() < 0.5:
            return fresh(self.random.choice(self.TEXTS))
        ranges = [(0, 0x7F), (0, 0xFF), (0, 0xFFFF), (0x10000, 0x10FFFF)]
        return "".join(chr(self.random.randint(*self.random.choice(ranges))) for _ in range(self.random.randint(0, 12)))

    def integer(self):
        return self.random.choice(self.INTS) if self.random.random() < 0.6 else self.random.randint(-(2**70), 2**70)

    def key(self, depth=0):
        kind = self.random.randint(0, 5 if depth < 3 else 4)
        if kind == 0:
            return self.random.choice([None, True, False])
        if kind == 1:
            return self.random.choice([0, 1, -1, 2**63 - 1, -(2**63)])
        return self.text() if kind < 5 else tuple(self.key(depth + 1) for _ in range(self.random.randint(0, 5)))

    def scalar(self):
        kind = self.random.randint(0, 9)
        if kind < 4:
            return self.text()
        if kind < 6:
            return self.integer()
        if kind == 6:
            return self.random.choice(self.FLOATS)
        if kind == 7:
            return self.random.choice([None, True, False])
        data = bytes(self.random.randrange(256) for _ in range(self.random.choice([0, 1, 5, 255, 256, 300])))
        return self.random.choice([bytes, bytearray])(data) if self.random.random() < 0.3 else self.text()

    def container(self, depth):
        size = self.random.choice([0, 1, 1, 2, 2, 3, 4, 5])
        if depth == 0 and self.random.random() < 0.1:
            size = self.random.choice([999, 1000, 1001, 1002])
        kind = self.random.randint(0, 9)
        if kind < 4:
            return [self.value(depth + 1) for _ in range(size)]
        if kind < 6:
            return tuple(self.value(depth + 1) for _ in range(size))
        if kind < 9:
            return {self.key(): self.value(depth + 1) for _ in range(size)}
        return self.random.choice([set, frozenset])(self.key() for _ in range(size))

    def value(self, depth=0):
        if self.made and self.random.random() < 0.15:
            return self.random.choice(self.made)
        made = self.container(depth) if depth < 6 and self.random.random() < 0.5 else self.scalar()
        self.made.append(made)
        return made


def value(data):
    made = Values(int(data)).value()
    return join([canonical(made).encode()] + [pickle.dumps(made, protocol) for protocol in range(6)])


def main():
    # A memo number such as 2**31 makes the unpickler fill a table of that size.
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    actions = {b"I": index, b"M": meta, b"R": read, b"D": read_data, b"V": value}
    while True:
        head = sys.stdin.buffer.read(9)
        if not head:
            return
        answer = actions[head[:1]](sys.stdin.buffer.read(struct.unpack("<Q", head[1:])[0]))
        sys.stdout.buffer.write(struct.pack("<Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

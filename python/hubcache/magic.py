"""The magic command of IPython and Jupyter: `%load_ext hubcache`, then `%hubcache status`.

Its operations are functions of this package. Their parameters are its options.
"""

import argparse
import inspect
import re
import shlex
import sys
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Union, get_type_hints

from .adopting import adopt, refresh, release, restore
from .arguments import Patterns
from .caches import disk_usage, list_cached, prune, remove_cached
from .calls import Ask, Progress
from .errors import Error, ErrorCode, UsageError
from .examining import doctor
from .hashing import hash_files
from .looking import status, targets, verify
from .sharing import dedupe

OPERATIONS: Dict[str, Callable[..., object]] = {
    "adopt": adopt,
    "status": status,
    "refresh": refresh,
    "release": release,
    "restore": restore,
    "verify": verify,
    "hash": hash_files,
    "ls": list_cached,
    "du": disk_usage,
    "rm": remove_cached,
    "prune": prune,
    "dedupe": dedupe,
    "targets": targets,
    "doctor": doctor,
}


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext hubcache`."""
    shell.register_magic_function(hubcache, "line")


def hubcache(line: str) -> Optional[object]:
    """Runs an operation of the package hubcache and returns its report: %hubcache adopt OWNER/NAME ./my-model"""
    try:
        return run_line(line)
    except _HelpPrinted:
        pass
    except Error as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
    return None


def run_line(line: str) -> object:
    try:
        words = shlex.split(line)
    except ValueError as problem:
        raise UsageError(ErrorCode.USAGE, f"{problem}: {line}", "close the quotation marks") from None
    chosen = vars(command_line().parse_args(words))
    function: Callable[..., object] = chosen.pop("function")
    several = [chosen.pop(name) for name in _several(function)]
    if "ask" in chosen:
        chosen["ask"] = None if chosen["ask"] else _confirm
    return function(*(word for words in several for word in words), **chosen)


class _HelpPrinted(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(ErrorCode.USAGE, message, f"see {self.prog} --help")

    def exit(self, status: int = 0, message: Optional[str] = None) -> NoReturn:
        raise _HelpPrinted


class _Once(argparse.Action):
    """Stores a value, and refuses a second one, which would replace the first."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Union[str, Sequence[Any], None],
        option_string: Optional[str] = None,
    ) -> None:
        if getattr(namespace, self.dest, self.default) is not self.default:
            parser.error(f"{option_string} is given twice")
        setattr(namespace, self.dest, values)


def command_line() -> argparse.ArgumentParser:
    parser = _Parser(prog="%hubcache", allow_abbrev=False)
    operations = parser.add_subparsers(metavar="OPERATION", required=True)
    for name, function in OPERATIONS.items():
        text = (inspect.getdoc(function) or "").partition("\n\nArgs:")[0]
        one = operations.add_parser(
            name,
            help=text.partition("\n")[0],
            description=text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        one.set_defaults(function=function)
        for parameter in inspect.signature(function).parameters.values():
            _add(one, parameter, get_type_hints(function)[parameter.name], _help(function, parameter.name))
    return parser


def _help(function: Callable[..., object], name: str) -> str:
    """Returns what the function's docstring says about the parameter. Looks up "as in adopt()" there."""
    text = _arguments(function).get(name, "")
    for other in OPERATIONS.values():
        reference = f"as in {other.__name__}()"
        if reference in text:
            text = text.replace(reference, _help(other, name))
    return text


def _arguments(function: Callable[..., object]) -> Dict[str, str]:
    """Returns the section Args of the function's docstring: a line for each parameter."""
    section = (inspect.getdoc(function) or "").partition("\nArgs:\n")[2].partition("\nRaises")[0]
    texts: Dict[str, str] = {}
    for entry in re.split(r"\n    (?=\w)", "\n" + section.partition("\n\n")[0]):
        names, _, text = entry.partition(":")
        line = " ".join(text.split())
        texts.update({one.strip(): line[:-1] if line.endswith(".") else line for one in names.split(",")})
    return texts


def _several(function: Callable[..., object]) -> List[str]:
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.kind is inspect.Parameter.VAR_POSITIONAL]


def _add(parser: argparse.ArgumentParser, parameter: inspect.Parameter, kind: object, text: str) -> None:
    name, default, text = parameter.name, parameter.default, text.replace("%", "%%")  # argparse formats the text
    option = "--" + name.replace("_", "-")
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        parser.add_argument(name, nargs="*", help=text)
    elif default is inspect.Parameter.empty:
        parser.add_argument(name, help=text)
    elif kind == Optional[Ask]:
        parser.add_argument("--yes", dest=name, action="store_true", help="ask no question")
    elif kind == Optional[Progress]:
        pass
    elif default is True:
        parser.add_argument("--no-" + name, dest=name, action="store_false", help=f"turns this off: {text}")
    elif default is False:
        parser.add_argument(option, action="store_true", help=text)
    elif kind == Patterns:
        parser.add_argument(option, action="append", default=[], help=text)
    else:
        parser.add_argument(option, action=_Once, default=default, help=text)


def _confirm(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # IPython's error where nobody can answer is a NotImplementedError
        return False

"""Every name of a deed that the code can give to the access log, read from the calls that write it.

A name may be a literal, a constant, chosen by a condition, a value of a dict, built of a word and an enum's value, or handed on from
one function to the next: each is followed to where it is said. What cannot be followed is told, so that no deed slips through.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
APPS = (
    "accounts",
    "audit",
    "common",
    "config",
    "devtools",
    "grading",
    "insights",
    "jobs",
    "mail",
    "partners",
    "referrals",
    "training",
)
WRITES = ("record", "record_each")
# The kinds of record that administrators change on their pages: of these, names are built.
KEPT_BY_ADMINISTRATORS = ("agency", "area", "team", "user")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class CannotFollow(Exception):
    """A name of a deed is made in a way that is not known here."""


@dataclass(frozen=True)
class Call:
    """A call, the function in which it stands, and its module."""

    node: ast.Call
    inside: Function | None
    module: str

    @property
    def place(self) -> str:
        return f"{self.module}:{self.node.lineno}"

    @property
    def called(self) -> str:
        func = self.node.func
        return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""

    def argument(self, name: str) -> ast.expr | None:
        return next((keyword.value for keyword in self.node.keywords if keyword.arg == name), None)


def _calls_in(node: ast.AST, inside: Function | None, module: str) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield Call(child, inside, module)
        yield from _calls_in(child, child if isinstance(child, Function) else inside, module)


@cache
def calls() -> tuple[Call, ...]:
    """Every call of the apps, less those of migrations."""
    found: list[Call] = []
    for app in APPS:
        for path in sorted((HOUSE / app).rglob("*.py")):
            parts = path.relative_to(HOUSE).with_suffix("").parts
            if "migrations" not in parts:
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found += _calls_in(ast.parse(path.read_text()), None, module)
    return tuple(found)


@cache
def writing_calls() -> tuple[Call, ...]:
    """The calls that write into the access log."""
    return tuple(call for call in calls() if call.called in WRITES and call.argument("what") is not None)


def deeds_of(call: Call) -> frozenset[str]:
    """The names that this call can give. Raises CannotFollow."""
    what = call.argument("what")
    assert what is not None
    return frozenset(_names(what, call.inside, call.module))


@cache
def all_deeds() -> dict[str, frozenset[str]]:
    """Each name of a deed, with the places from which it is written."""
    found: dict[str, set[str]] = {}
    for call in writing_calls():
        for deed in deeds_of(call):
            found.setdefault(deed, set()).add(call.place)
    return {deed: frozenset(places) for deed, places in found.items()}


def _names(node: ast.expr, inside: Function | None, module: str) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _names(node.body, inside, module) | _names(node.orelse, inside, module)
        case ast.JoinedStr():
            parts = [_names(one, inside, module) for one in node.values]
            return {"".join(words) for words in product(*parts)}
        case ast.FormattedValue():
            return _names(node.value, inside, module)
        case ast.Call(func=ast.Attribute(value=value, attr="lower")):
            return {word.lower() for word in _names(value, inside, module)}
        case ast.Attribute(value=ast.Attribute(attr="_meta"), attr="model_name") if module == "accounts.services":
            return set(KEPT_BY_ADMINISTRATORS)
        case ast.Attribute(value=value, attr="value"):
            return _names(value, inside, module)
        case ast.Subscript(value=value):
            return _values(value, inside, module)
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[_, *defaults]):
            said = _values(value, inside, module)
            return said.union(*(_names(one, inside, module) for one in defaults))
        case ast.Name(id=name):
            return _of_name(name, inside, module)
        case ast.Attribute():
            return _texts(_known(node, module))
    raise CannotFollow(f"{module}:{node.lineno}: {ast.unparse(node)}")


def _values(node: ast.expr, inside: Function | None, module: str) -> set[str]:
    """What a dict holds, or each of a tuple."""
    if isinstance(node, ast.Dict):
        return set().union(*(_names(value, inside, module) for value in node.values))
    if isinstance(node, ast.Name) and inside is not None:
        said = _assigned(node.id, inside)
        if said:
            return set().union(*(_values(value, inside, module) for value in said))
    return _texts(_known(node, module))


def _texts(known: Any) -> set[str]:
    if isinstance(known, Enum):
        return {str(known.value)}
    if isinstance(known, type) and issubclass(known, Enum):
        return {str(one.value) for one in known}
    if isinstance(known, str):
        return {known}
    if isinstance(known, dict):
        return set().union(*(_texts(one) for one in known.values()))
    if isinstance(known, tuple | list | frozenset | set):
        return set().union(*(_texts(one) for one in known))
    raise CannotFollow(f"{known!r}")


def _known(node: ast.expr, module: str) -> Any:
    """What this name, or name of a module and name, stands for in the module as it runs."""
    if isinstance(node, ast.Name):
        try:
            return getattr(importlib.import_module(module), node.id)
        except AttributeError:
            pass
    elif isinstance(node, ast.Attribute):
        return getattr(_known(node.value, module), node.attr)
    raise CannotFollow(f"{module}:{node.lineno}: {ast.unparse(node)}")


def _assigned(name: str, inside: Function) -> list[ast.expr]:
    """What is given to a variable in this function."""
    found: list[ast.expr] = []
    for node in ast.walk(inside):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        found.append(value)
                    elif isinstance(target, ast.Tuple):
                        found += _of_tuple(name, target, value)
            case ast.AnnAssign(target=ast.Name(id=given), value=ast.expr() as value) if given == name:
                found.append(value)
            case ast.NamedExpr(target=ast.Name(id=given), value=value) if given == name:
                found.append(value)
            case ast.For(target=target, iter=ast.Tuple(elts=elements) | ast.List(elts=elements)):
                if isinstance(target, ast.Name) and target.id == name:
                    found += elements
                elif isinstance(target, ast.Tuple):
                    for one in elements:
                        found += _of_tuple(name, target, one)
    return found


def _of_tuple(name: str, target: ast.Tuple, value: ast.expr) -> list[ast.expr]:
    """What of this tuple, or of either of two, is given to the variable."""
    if isinstance(value, ast.IfExp):
        return _of_tuple(name, target, value.body) + _of_tuple(name, target, value.orelse)
    names = [one.id if isinstance(one, ast.Name) else "" for one in target.elts]
    if name not in names:
        return []
    if isinstance(value, ast.Tuple):
        return [value.elts[names.index(name)]]
    return [value]


def _of_name(name: str, inside: Function | None, module: str) -> set[str]:
    if inside is None:
        return _texts(_known(ast.Name(name, lineno=0), module))
    said = _assigned(name, inside)
    if said:
        return set().union(*(_names(value, inside, module) for value in said))
    arguments = [*inside.args.posonlyargs, *inside.args.args, *inside.args.kwonlyargs]
    parameter = next((one for one in arguments if one.arg == name), None)
    if parameter is None:
        return _texts(_known(ast.Name(name, lineno=inside.lineno), module))
    if parameter.annotation is not None:
        try:
            annotated = _known(parameter.annotation, module)
        except CannotFollow:
            annotated = None
        if inspect.isclass(annotated) and issubclass(annotated, Enum):
            return _texts(annotated)
    return _handed_to(inside, name, module)


def _handed_to(function: Function, name: str, module: str) -> set[str]:
    """What callers give for this parameter."""
    positional = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    found: set[str] = set()
    is_called = False
    for call in calls():
        if call.called != function.name or not _is_of(call, function, module):
            continue
        given = call.argument(name)
        if given is None and name in positional:
            at = positional.index(name) - (positional[0] == "self")
            given = call.node.args[at] if at < len(call.node.args) else None
        if given is not None:
            found |= _names(given, call.inside, call.module)
            is_called = True
    found |= _defaults(function, name, module)
    if not found or not is_called:
        raise CannotFollow(f"{module}:{function.lineno}: nobody says {name} of {function.name}")
    return found


def _is_of(call: Call, function: Function, module: str) -> bool:
    """Whether this call is of that function, and not of one of the same name elsewhere."""
    func = call.node.func
    if isinstance(func, ast.Name) and call.module == module:
        return True
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in ("self", "cls"):
        return call.module == module
    try:
        return _known(func, call.module) is getattr(importlib.import_module(module), function.name)
    except (CannotFollow, AttributeError):
        return False


def _defaults(function: Function, name: str, module: str) -> set[str]:
    args = function.args
    positional = [one.arg for one in (*args.posonlyargs, *args.args)]
    defaults = dict(zip(reversed(positional), reversed(args.defaults), strict=False))
    defaults |= {
        one.arg: value for one, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is not None
    }
    return _names(defaults[name], None, module) if name in defaults else set()

"""Finds the texts of modules and templates, without any tool outside Python: the source is read, never run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

from sip.web.catalogue import reach

ROOT = Path(settings.ROOT)
_ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_MANY = {"ngettext", "ngettext_lazy"}
_WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
_CALL = re.compile(r"\b(?:_|gettext|ngettext|pgettext)\(")


@dataclass(frozen=True, order=True)
class Text:
    """One text to translate: itself, its plural ("" when it has none), and its context ("" as a rule)."""

    one: str
    many: str = ""
    context: str = ""


def every_text() -> dict[Text, list[str]]:
    """All that a family may meet, and where each is said; in a fixed order."""
    found: dict[Text, list[str]] = {}
    for place, text in _everywhere():
        found.setdefault(text, [])
        if place not in found[text]:
            found[text].append(place)
    # A text that is counted somewhere is the same entry where it is not.
    counted = {text.one for text in found if text.many}
    return {text: found[text] for text in sorted(found) if text.many or text.context or text.one not in counted}


def djangos(language: str) -> list[Text]:
    """What Django itself says and does not know in that language."""
    return [Text(one) for one in reach.DJANGOS.get(language, ())]


def _everywhere() -> Iterator[tuple[str, Text]]:
    for path, names in reach.MODULES.items():
        yield from _placed(path, in_module((ROOT / path).read_text(encoding="utf-8"), names))
    for folder in reach.FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            path = file.relative_to(ROOT).as_posix()
            if file.suffix == ".py":
                yield from _placed(path, in_module(file.read_text(encoding="utf-8"), ()))
            elif file.suffix == ".html":
                yield from _placed(path, in_template(file.read_text(encoding="utf-8")))
    for name in reach.TEMPLATES:
        path = f"templates/{name}"
        yield from _placed(path, in_template((ROOT / path).read_text(encoding="utf-8")))
    yield from _placed("sip/web/catalogue/reach.py", [Text(one) for one in (*reach.BY_VARIABLE, *reach.OF_THE_BAR)])


def _placed(path: str, texts: list[Text]) -> Iterator[tuple[str, Text]]:
    return ((path, text) for text in texts if text.one.strip())


def in_module(source: str, names: tuple[str, ...]) -> list[Text]:
    """The texts of a module, or of those parts of it that have these names. Raises LookupError for a name it lacks."""
    tree = ast.parse(source)
    if not names:
        return _in(tree)
    parts: dict[str, list[Text]] = {name: [] for name in names}
    seen = set()
    for node in tree.body:
        for name in _names_of(node) & set(names):
            seen.add(name)
            parts[name] += _in(node)
    if seen != set(names):
        raise LookupError(f"no {sorted(set(names) - seen)} at the top of the module")
    return [text for texts in parts.values() for text in texts]


def _names_of(node: ast.stmt) -> set[str]:
    """What a statement at the top of a module is known by; a bare call by its first argument."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return {str(arg.value) for arg in node.value.args[:1] if isinstance(arg, ast.Constant)}
    return set()


def _in(tree: ast.AST) -> list[Text]:
    return [text for node in ast.walk(tree) if isinstance(node, ast.Call) and (text := _said_by(node))]


def _said_by(call: ast.Call) -> Text | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    said = [str(arg.value) for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in _ONE and said:
        return Text(said[0])
    if name in _MANY and len(said) >= 2:
        return Text(said[0], said[1])
    if name in _WITH_CONTEXT and len(said) >= 2:
        return Text(said[1], context=said[0])
    return None


def in_template(source: str) -> list[Text]:
    """The texts of a template, through Django's own reading of it."""
    python = templatize(source)
    found = []
    for start in _CALL.finditer(python):
        call = _first_call(python[start.start() :])
        text = _said_by(call) if call is not None else None
        if text:
            found.append(text)
    return found


def _first_call(python: str) -> ast.Call | None:
    """The call that the text begins with: up to the first bracket that closes it."""
    for end in (place.end() for place in re.finditer(r"\)", python)):
        try:
            parsed = ast.parse(python[:end], mode="eval").body
        except SyntaxError:
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None

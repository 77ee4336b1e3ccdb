"""How each kind of field reads its text. Every kind turns a node into a value, or into one CaseError.

A kind judges only whether the value can be *read*. Whether it may be *done* is for the services: an empty
purpose, a date in the past or a mark of 7 is read here and refused there, so that a case file can test it.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common import clock, identity
from common.text import LINE_MAX, TEXT_MAX, clean_line, clean_text
from sip.cases.errors import CaseError, shown
from sip.cases.names import Names
from sip.cases.source import Listing, Node, Scalar, Table

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"({_DAY.pattern})[T ]([0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ID_MAX = 80
# Room on both sides for time zones, limits and shifted demos; nobody's plan stands outside.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Kind(ABC):
    """One kind of value. `empty` is what a field has when it is left out.

    `is_text`: a quoted "" is a value. `null_is_text`: so is the bare word null, which may be somebody's name.
    """

    empty: Any = None
    is_text = False
    null_is_text = False

    @abstractmethod
    def read(self, node: Node, names: Names) -> Any:
        """The value of `node`. Raises CaseError on the line where it stands."""

    def cleaned(self, value: Any) -> Any:
        """The value as a form would hand it on when the step is played. Raises ValueError in Swedish."""
        return value


def text_of(node: Node) -> str:
    """The text of a scalar; refuses a list or a table."""
    if not isinstance(node, Scalar):
        raise CaseError(node.line, "Här ska stå en text, inte en lista eller en tabell.")
    return node.text


def table_of(node: Node) -> Table:
    """The node as a table; refuses a text or a list."""
    if not isinstance(node, Table):
        raise CaseError(node.line, "Här ska stå en tabell. Skriv så: {nyckel: värde}.")
    return node


@dataclass(frozen=True)
class Words(Kind):
    """Free text, taken as written when read, and cleaned as a form does when played; left out it is empty."""

    is_line: bool = False
    most: int = TEXT_MAX
    null_is_text: bool = False
    is_text = True

    def read(self, node: Node, names: Names) -> str:
        return text_of(node)

    def cleaned(self, value: str | None) -> str:
        return (clean_line if self.is_line else clean_text)(value or "", self.most)


@dataclass(frozen=True)
class OptionalLine(Kind):
    """A line of the world that may be empty, such as a phone. No step tests it, so it is cleaned here."""

    most: int = LINE_MAX
    empty: str = ""
    is_text = True

    def read(self, node: Node, names: Names) -> str:
        try:
            return clean_line(text_of(node), self.most)
        except ValueError as error:
            raise CaseError(node.line, str(error)) from error


@dataclass(frozen=True)
class Name(Kind):
    """A name in the world: as `OptionalLine`, but there must be one, and it may be Null."""

    most: int = LINE_MAX
    null_is_text = True

    def read(self, node: Node, names: Names) -> str:
        text = OptionalLine(self.most).read(node, names)
        if not text:
            raise CaseError(node.line, "Här står ingenting. Skriv ett namn.")
        return text


@dataclass(frozen=True)
class AgencyKindName(Kind):
    """The name of an agency kind, in any letter case. Which there are is data, handed in by the caller."""

    def read(self, node: Node, names: Names) -> str:
        name = Name(most=100).read(node, names)
        names.need_agency_kind(name, node.line)
        return name


@dataclass(frozen=True)
class Language(Kind):
    """A language code of two or three letters, such as sv, so or ar."""

    empty: str = "sv"

    def read(self, node: Node, names: Names) -> str:
        text = text_of(node).lower()
        if not re.fullmatch("[a-z]{2,3}", text):
            raise CaseError(
                node.line, f"{shown(text)} är ingen språkkod. Skriv två eller tre bokstäver, till exempel sv."
            )
        return text


@dataclass(frozen=True)
class IdentityNumber(Kind):
    """A personnummer, samordningsnummer or reserve number, checked; each may stand once in the file."""

    def read(self, node: Node, names: Names) -> str:
        try:
            number = identity.parse(text_of(node)).normal
        except ValueError as error:
            raise CaseError(node.line, f"Fel identitetsnummer. {error}") from error
        names.only_once("identitetsnumret", number, node.line)
        return number


@dataclass(frozen=True)
class Email(Kind):
    """An e-mail address; each may stand once in the file, since people are matched by it."""

    empty: str = ""

    def read(self, node: Node, names: Names) -> str:
        text = text_of(node).strip().lower()
        try:
            validate_email(text)
        except ValidationError as error:
            raise CaseError(node.line, f"{shown(text)} är ingen e-postadress. Skriv namn@exempel.example.") from error
        names.only_once("e-postadressen", text, node.line)
        return text


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day."""

    def read(self, node: Node, names: Names) -> date:
        return _day(text_of(node), node.line)


@dataclass(frozen=True)
class Moment(Kind):
    """A day and a time of day on a Swedish clock. With `or_day` a day alone is read too, as a date."""

    or_day: bool = False

    def read(self, node: Node, names: Names) -> datetime | date:
        text = text_of(node)
        if self.or_day and _DAY.fullmatch(text):
            return _day(text, node.line)
        match = _MOMENT.fullmatch(text)
        if not match:
            raise CaseError(node.line, f"{shown(text)} är ingen tid. Skriv dag och klockslag så: ÅÅÅÅ-MM-DDTtt:mm.")
        _day(match[1], node.line)
        try:
            wall = datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=clock.STOCKHOLM)
        except ValueError as error:
            raise CaseError(node.line, f"Klockslaget i {shown(text)} finns inte. Skriv 00:00 till 23:59.") from error
        if wall.astimezone(UTC).astimezone(clock.STOCKHOLM).replace(tzinfo=None) != wall.replace(tzinfo=None):
            raise CaseError(node.line, f"Klockslaget i {shown(text)} finns inte: då börjar sommartiden.")
        return wall


def _day(text: str, line: int) -> date:
    if not _DAY.fullmatch(text):
        raise CaseError(line, f"{shown(text)} är inget datum. Skriv så: ÅÅÅÅ-MM-DD.")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CaseError(line, f"Datumet {shown(text)} finns inte i kalendern.") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CaseError(line, f"Året i {shown(text)} är orimligt. Skriv ett år från {_FIRST_YEAR} till {_LAST_YEAR}.")
    return day


@dataclass(frozen=True)
class Number(Kind):
    """A whole number from 0."""

    def read(self, node: Node, names: Names) -> int:
        text = text_of(node)
        if not _NUMBER.fullmatch(text):
            raise CaseError(node.line, f"{shown(text)} är inget heltal. Skriv med siffror, till exempel 3.")
        return int(text)


@dataclass(frozen=True)
class YesNo(Kind):
    """true or false."""

    empty: bool | None = None

    def read(self, node: Node, names: Names) -> bool:
        text = text_of(node).lower()
        if text not in ("true", "false"):
            raise CaseError(node.line, f"{shown(text)} är varken true eller false.")
        return text == "true"


@dataclass(frozen=True)
class OneOf(Kind):
    """One of the README's words, in any letter case; the value is the program's code for it."""

    codes: Mapping[str, str]

    def read(self, node: Node, names: Names) -> str:
        text = text_of(node)
        code = self.codes.get(unicodedata.normalize("NFC", " ".join(text.casefold().split())))
        if code is None:
            raise CaseError(node.line, f"{shown(text)} finns inte att välja. Skriv {_alternatives(self.codes)}.")
        return code


def _alternatives(words: Mapping[str, str]) -> str:
    *first, last = words
    return f"{', '.join(first)} eller {last}" if first else last


@dataclass(frozen=True)
class NewId(Kind):
    """The id of an agency or a person, given out here."""

    group: str

    def read(self, node: Node, names: Names) -> str:
        name = _id(node)
        names.give(self.group, name, node.line)
        return name


@dataclass(frozen=True)
class NewElementId(Kind):
    """The id of a need, goal or action, given out here."""

    group: str

    def read(self, node: Node, names: Names) -> str:
        name = _id(node)
        names.give_element(self.group, name, node.line)
        return name


@dataclass(frozen=True)
class IdOf(Kind):
    """A reference to an agency, a person, the child or a guardian."""

    groups: frozenset[str]

    def read(self, node: Node, names: Names) -> str:
        name = _id(node)
        names.need(self.groups, name, node.line)
        return name


@dataclass(frozen=True)
class ElementOf(Kind):
    """A reference to a need, goal or action of an earlier step."""

    groups: frozenset[str]

    def read(self, node: Node, names: Names) -> str:
        name = _id(node)
        names.need_element(self.groups, name, node.line)
        return name


def _id(node: Node) -> str:
    text = text_of(node)
    if not text or len(text) > _ID_MAX:
        raise CaseError(node.line, f"Ett id ska ha 1 till {_ID_MAX} tecken.")
    return text


@dataclass(frozen=True)
class PrincipalName(Kind):
    """A principal, named by its name."""

    null_is_text: bool = False

    def read(self, node: Node, names: Names) -> str:
        name = Name().read(node, names)
        names.need_principal(name, node.line)
        return name


@dataclass(frozen=True)
class NewPrincipalName(Kind):
    """The name of a principal, given out here."""

    null_is_text = True

    def read(self, node: Node, names: Names) -> str:
        name = Name().read(node, names)
        names.give_principal(name, node.line)
        return name


@dataclass(frozen=True)
class ListOf(Kind):
    """A list. With `or_one` a single value may stand without brackets. A value may stand in it once."""

    kind: Kind
    or_one: bool = False
    empty: tuple[()] = ()

    def read(self, node: Node, names: Names) -> tuple[Any, ...]:
        if self.or_one and isinstance(node, Scalar):
            return (self.kind.read(node, names),)
        if not isinstance(node, Listing):
            raise CaseError(node.line, "Här ska stå en lista. Skriv så: [ett, två].")
        values: list[Any] = []
        for item in node.items:
            value = self.kind.read(item, names)
            if value in values:
                raise CaseError(item.line, "Samma sak står två gånger i listan. Ta bort den ena.")
            values.append(value)
        return tuple(values)

    def cleaned(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.kind.cleaned(each) for each in value)


@dataclass(frozen=True)
class TableOf(Kind):
    """A table of keys and values, both read by a kind."""

    key: Kind
    value: Kind
    empty: Mapping[Any, Any] = field(default_factory=lambda: MappingProxyType({}))

    def read(self, node: Node, names: Names) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for text, (line, value) in table_of(node).entries.items():
            key = self.key.read(Scalar(line, text, is_bare=False), names)
            if key in values:
                raise CaseError(line, f"{shown(text)} står två gånger i tabellen. Ta bort det ena.")
            values[key] = self._read(value, names)
        return values

    def _read(self, node: Node, names: Names) -> Any:
        """A text or a list is left open with a bare null here too; what else there may be has to stand there."""
        is_open = isinstance(node, Scalar) and node.is_null and not self.value.null_is_text
        if is_open and isinstance(self.value, Words):
            return ""
        if is_open and isinstance(self.value, ListOf):
            return self.value.empty
        return self.value.read(node, names)

    def cleaned(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        return {key: self.value.cleaned(each) for key, each in value.items()}

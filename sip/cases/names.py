"""The names a case file has given out so far: what a later line may refer to, and what may not come twice."""

from collections.abc import Set
from dataclasses import dataclass, field

from sip.cases.errors import CaseError, shown

_GROUP_WORDS = {
    "agency": "verksamhet",
    "person": "person",
    "child": "barn",
    "guardian": "vårdnadshavare",
    "need": "behov",
    "goal": "mål",
    "action": "insats",
    "comment": "synpunkt",
}
# `responsible: family` means the family itself, so no agency may bear that id.
_RESERVED = frozenset({"family"})


@dataclass(slots=True)
class Names:
    """A register that is filled while the file is read from the world down to the last step.

    `refused_step` is True while a step is read that must be refused: what it makes is known from then on (a
    later refused step may name it), but its id stays free for the step that succeeds. `agency_kinds` are the
    names of the kinds there are, casefolded; None when the reader is not told them.
    """

    agency_kinds: frozenset[str] | None = None
    refused_step: bool = False
    _people: dict[str, tuple[str, int]] = field(default_factory=dict)
    _elements: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    _once: dict[tuple[str, str], int] = field(default_factory=dict)
    _principals: set[str] = field(default_factory=set)

    def give(self, group: str, name: str, line: int) -> None:
        """Give out the id `name` to an agency, a person, the child or a guardian."""
        if name in _RESERVED:
            raise CaseError(line, f"Id:t {shown(name)} är upptaget (det betyder familjen själv). Välj ett annat.")
        if name in self._people:
            raise CaseError(line, f"Id:t {shown(name)} finns redan på rad {self._people[name][1]}. Välj ett annat.")
        self._people[name] = (group, line)

    def give_element(self, group: str, name: str, line: int) -> None:
        """Give out the id `name` to a need, a goal or an action."""
        first = self._elements.get(name, (group, None))[1]
        if self.refused_step:
            self._elements.setdefault(name, (group, None))
        elif first is not None:
            raise CaseError(line, f"Id:t {shown(name)} finns redan på rad {first}. Välj ett annat.")
        else:
            self._elements[name] = (group, line)

    def only_once(self, what: str, value: str, line: int) -> None:
        """Refuse a second use of `value` for `what` (a Swedish word such as "e-postadressen")."""
        key = (what, value.casefold())
        if key in self._once:
            raise CaseError(line, f"{what.capitalize()} finns redan på rad {self._once[key]}. Ange en annan.")
        self._once[key] = line

    def give_principal(self, name: str, line: int) -> None:
        """Remember a principal, which other lines name by its name."""
        self.only_once("huvudmannen", name, line)
        self._principals.add(name)

    def need_principal(self, name: str, line: int) -> None:
        """Refuse the name of a principal that the file does not have."""
        if name not in self._principals:
            raise CaseError(line, f"Huvudmannen {shown(name)} finns inte under principals. Kontrollera stavningen.")

    def need_agency_kind(self, name: str, line: int) -> None:
        """Refuse the name of an agency kind that there is none of."""
        if self.agency_kinds is not None and name.casefold() not in self.agency_kinds:
            kinds = ", ".join(sorted(self.agency_kinds))
            raise CaseError(line, f"Verksamhetstypen {shown(name)} finns inte. Välj bland {kinds}.")

    def need(self, groups: Set[str], name: str, line: int) -> None:
        """Refuse an id that is not one of `groups` (agency, person, child, guardian)."""
        self._need(self._people.get(name), groups, name, line)

    def need_element(self, groups: Set[str], name: str, line: int) -> None:
        """Refuse an id that is not one of `groups` (need, goal, action) made by an earlier step."""
        self._need(self._elements.get(name), groups, name, line)

    def is_agency(self, name: str) -> bool:
        """Whether `name` is the id of an agency."""
        return self._people.get(name, ("", 0))[0] == "agency"

    @staticmethod
    def _need(found: tuple[str, int | None] | None, groups: Set[str], name: str, line: int) -> None:
        wanted = " eller ".join(word for group, word in _GROUP_WORDS.items() if group in groups)
        if found is None:
            raise CaseError(line, f"Id:t {shown(name)} finns inte. Här ska stå id för {wanted}, som står längre upp.")
        if found[0] not in groups:
            raise CaseError(line, f"Id:t {shown(name)} är {_GROUP_WORDS[found[0]]}. Här ska stå id för {wanted}.")

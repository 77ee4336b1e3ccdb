"""What a page asks for of what was sent to it. A field that no form takes is refused, never passed over in silence.

Somebody who sends along an agency, an owner or a state is trying something, or a form of ours lacks a field: both are
told with the field's name, and the page's whole transaction is undone (security.md, attack 2).
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, QueryDict

# Sent with every form and read before the page is; what the page with both texts sends (work/guarded.py), which is not
# asked for once the texts agree again; and a password, which somebody who just gave it on another page need not give.
ALWAYS_SENT = frozenset({"csrfmiddlewaretoken", "choice", "field", "seen", "password"})
# A guarded form carries its texts as they were read, and asks for them only when somebody else has saved in between.
AS_READ = "initial-"
# Beginning a statement, also after what the change history puts before it; the access log notes every attempt.
_WRITES = re.compile(r'(?:^|;)\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(?!consent_log_)')
LONGEST_NAME = 60  # characters of a name that is shown


class NotAsked(BadRequest):
    """A field was sent that the page does not take."""

    def __init__(self, name: str) -> None:
        super().__init__("field not asked for")
        self.name = name[:LONGEST_NAME]


class Heard(QueryDict):
    """What was sent, and the names of it that somebody has asked for. A copy goes on noting in the same place."""

    asked: set[str]

    @classmethod
    def of(cls, sent: QueryDict) -> "Heard":
        """The same fields, none of them asked for yet."""
        heard = cls("", mutable=True, encoding=sent.encoding)
        heard.asked = set()
        for name, values in sent.lists():
            heard.setlist(name, values)
        heard._mutable = False
        return heard

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)

    def getlist(self, name: str, *default: Any) -> list[Any]:
        """The values, noted as asked for."""
        self._note(name)
        return super().getlist(name, *default)

    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        """All that was sent; going through it asks for nothing."""
        for name, values in self.lists():
            yield name, values[-1] if values else []

    def pop(self, name: Any, *default: Any) -> Any:
        """The values taken out, noted as asked for."""
        self._note(name)
        return super().pop(name, *default)

    def __copy__(self) -> "Heard":
        return self._again()

    def __deepcopy__(self, _memo: MutableMapping[int, Any]) -> "Heard":
        return self._again()

    def _again(self) -> "Heard":
        again = type(self)("", mutable=True, encoding=self.encoding)
        again.asked = self.asked
        for name, values in self.lists():
            again.setlist(name, list(values))
        return again

    def _note(self, name: str) -> None:
        if "asked" in vars(self):  # not while Django is still filling it
            self.asked.add(name)


def only(request: HttpRequest, *names: str) -> None:
    """Raise NotAsked for any other field, before the page does anything.

    For a page whose answer must not tell whether there was anything to do.
    """
    for name in request.POST:
        if name not in ALWAYS_SENT | set(names):
            raise NotAsked(name)


@contextmanager
def listening(request: HttpRequest) -> Iterator[None]:
    """Around a page: raise NotAsked when it has saved something and left a field unread.

    A page that saves nothing may leave what it likes: the button was pressed twice, or it said no before it read.
    """
    if request.method != "POST":
        yield
        return
    sent = request.POST = Heard.of(request.POST)  # type: ignore[assignment]
    saved = _Saved()
    with connection.execute_wrapper(saved):
        yield
    unread = [name for name in sent if name not in ALWAYS_SENT | sent.asked and not _is_as_read(name, sent.asked)]
    if saved.anything and unread:
        raise NotAsked(unread[0])


class _Saved:
    """Notes whether anything but the access log is written to."""

    def __init__(self) -> None:
        self.anything = False

    def __call__(self, execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        self.anything = self.anything or bool(_WRITES.search(statement))
        return execute(statement, *rest)


def _is_as_read(name: str, asked: set[str]) -> bool:
    return name.startswith(AS_READ) and name.removeprefix(AS_READ) in asked

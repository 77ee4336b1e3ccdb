"""A kind of notice whose text is its own key, so that a mail server can tell which notices a letter told of.

A worker of a test takes it in with `celery worker -I tests.faults.told_kind`.
"""

from sip.notices import registry

NAME = "told_in_a_test"
MARK = "nummer "

if NAME not in registry.names():
    registry.register(
        registry.Kind(
            name=NAME,
            subject=lambda _notice: "Något har hänt",
            text=lambda notice: f"{MARK}{notice.pk}",
            still_true=lambda _notice: True,
            path=lambda _notice: None,
        )
    )

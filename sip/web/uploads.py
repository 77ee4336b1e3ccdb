"""Files that people send: kept in memory, never on the disk of the web server, and never more than MOST bytes."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

from common.files import LARGEST

MOST = LARGEST


class InMemory(MemoryFileUploadHandler):
    """Django's own puts what is large on the disk. This one reads past it instead: the form then lacks its file."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Only what says beforehand that it is not too much is kept."""
        self.activated = content_length <= MOST


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file was read past, for the form that lacks it to say so: it looks as if none had been chosen."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST

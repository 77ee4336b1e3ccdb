"""Files that people send: kept in memory, never on the disk of the web server, and never more than MOST bytes."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler

from common.files import LARGEST

MOST = LARGEST


class InMemory(MemoryFileUploadHandler):
    """Django's own puts what is large on the disk. This one reads past it instead: the form then lacks its file."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Only what says beforehand that it is not too much is kept."""
        self.activated = content_length <= MOST

"""Why something did not get out."""


class CannotDeliver(Exception):
    """The letter did not get out this time; the text says why, without any personal data.

    `is_server` when it is the server's own failure, which the next recipient would meet as well.
    """

    def __init__(self, why: str, *, is_server: bool = False) -> None:
        super().__init__(why)
        self.is_server = is_server

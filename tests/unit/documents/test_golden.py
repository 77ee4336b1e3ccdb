"""The papers are the same to the last byte as when their fingerprints were written (tests/golden/write.py)."""

import json

from tests.golden.write import FILE, fingerprints


def test_every_paper_has_the_bytes_that_it_had() -> None:
    assert fingerprints() == json.loads(FILE.read_text(encoding="utf-8"))

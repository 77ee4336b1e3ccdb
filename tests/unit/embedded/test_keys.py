"""Keys are made once; a folder that an earlier version made keeps its own and gets those that are new."""

import stat
from pathlib import Path
from threading import Thread

from sip.embedded.keys import MADE, keys


def test_keys_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = keys(folder)
    assert made.keys() == MADE.keys()
    assert keys(folder) == made
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o600


def test_an_older_folder_keeps_its_keys_and_gets_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("SECRET_KEY=a=\nFIELD_KEY=b=\nINDEX_KEY=c=\n")
    made = keys(tmp_path)
    assert (made["SECRET_KEY"], made["FIELD_KEY"], made["INDEX_KEY"]) == ("a=", "b=", "c=")
    assert len(made["LOG_KEY"]) == 44
    assert keys(tmp_path) == made


def test_those_who_come_at_once_get_the_same_keys(tmp_path: Path) -> None:
    found: list[dict[str, str]] = []
    threads = [Thread(target=lambda: found.append(keys(tmp_path))) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(each == found[0] for each in found)

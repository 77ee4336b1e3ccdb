"""The files of a language: django.po, which people read and mend, and django.mo, which the program reads.

Both are kept in the repository and both are written here, so that neither building nor running needs gettext's tools.
"""

import ast
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from sip.web.catalogue.collect import Text

PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "fi": "nplurals=2; plural=(n != 1);",
    "so": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
    "uk": ("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"),
}
# What the catalogue says of itself until somebody who speaks the language has read it.
UNREVIEWED = """\
# Machine-made. No native reader has reviewed these translations yet: they are help, and the Swedish text is what holds.
# Whoever reviews them writes name and day here, and mends the texts below; then: make translations.
"""
MAGIC = 0x950412DE
SEPARATOR = "\x04"  # between context and text, in a .mo


@dataclass
class Catalogue:
    """A language's translations: each text with its forms, one or as many as the language counts in."""

    language: str
    translations: dict[Text, list[str]] = field(default_factory=dict)
    notes: str = UNREVIEWED
    fuzzy: list[Text] = field(default_factory=list)

    @property
    def forms(self) -> int:
        """How many forms the language counts in."""
        return int(PLURALS[self.language][len("nplurals=")])

    @property
    def header(self) -> str:
        """The entry of no text, which says how the file is read."""
        return "".join(
            f"{line}\n"
            for line in (
                "Project-Id-Version: SIP",
                f"Language: {self.language}",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=UTF-8",
                "Content-Transfer-Encoding: 8bit",
                f"Plural-Forms: {PLURALS[self.language]}",
            )
        )

    def as_po(self, places: Mapping[Text, list[str]]) -> str:
        """The file for people. `places` says where each text is said."""
        entries = [f"{self.notes}{_entry([('msgid', ''), ('msgstr', self.header)])}"]
        for text in sorted(self.translations):
            said = self.translations[text]
            lines = [("msgctxt", text.context)] if text.context else []
            lines.append(("msgid", text.one))
            if text.many:
                lines.append(("msgid_plural", text.many))
                lines += [(f"msgstr[{number}]", form) for number, form in enumerate(said)]
            else:
                lines.append(("msgstr", said[0]))
            where = "".join(f"#: {place}\n" for place in places.get(text, ()))
            flag = "#, python-format\n" if re.search(r"%\(\w+\)s", text.one) else ""
            entries.append(f"{where}{flag}{_entry(lines)}")
        return "\n".join(entries)

    def as_mo(self) -> bytes:
        """The file for the program: everything that is translated, sorted, with no hash table."""
        pairs = {b"": self.header.encode()}
        for text, said in self.translations.items():
            if all(said):
                key = f"{text.context}{SEPARATOR}{text.one}" if text.context else text.one
                pairs["\0".join(filter(None, (key, text.many))).encode()] = "\0".join(said).encode()
        keys = sorted(pairs)
        start = 7 * 4 + len(keys) * 16
        tables, data = [b"", b""], b""
        for number, strings in enumerate((keys, [pairs[key] for key in keys])):
            for string in strings:
                tables[number] += struct.pack("<II", len(string), start + len(data))
                data += string + b"\0"
        head = struct.pack("<7I", MAGIC, 0, len(keys), 28, 28 + len(keys) * 8, 0, start)
        return head + tables[0] + tables[1] + data


def folder(language: str) -> Path:
    """Where a language's files are."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


def read(language: str) -> Catalogue:
    """The catalogue as its .po has it; an empty one where there is no file yet."""
    path = folder(language) / "django.po"
    catalogue = Catalogue(language)
    if not path.exists():
        return catalogue
    whole = path.read_text(encoding="utf-8")
    catalogue.notes = "".join(f"{line}\n" for line in whole.splitlines()[: _head_of(whole)])
    for block in re.split(r"\n\s*\n", whole):
        fields = dict(_fields(block))
        if not fields.get("msgid"):
            continue
        text = Text(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))
        catalogue.translations[text] = [said for name, said in fields.items() if name.startswith("msgstr")]
        if re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            catalogue.fuzzy.append(text)
    return catalogue


def write(catalogue: Catalogue, places: Mapping[Text, list[str]]) -> None:
    """Write both files."""
    path = folder(catalogue.language)
    path.mkdir(parents=True, exist_ok=True)
    (path / "django.po").write_text(catalogue.as_po(places), encoding="utf-8")
    (path / "django.mo").write_bytes(catalogue.as_mo())


def brought_up_to_date(catalogue: Catalogue, texts: list[Text]) -> Catalogue:
    """The catalogue with just these texts: what is new has nothing yet, what nobody says any more is gone."""
    empty = {True: [""] * catalogue.forms, False: [""]}
    kept = {text: catalogue.translations.get(text, empty[bool(text.many)]) for text in texts}
    return Catalogue(catalogue.language, kept, catalogue.notes)


def _head_of(whole: str) -> int:
    """How many lines of notes the file begins with."""
    lines = whole.splitlines()
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _entry(lines: list[tuple[str, str]]) -> str:
    return "".join(f"{name} {_quoted(value)}\n" for name, value in lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    parts = [f"{line}\\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] or len(lines) == 1 else [])
    return f'"{parts[0]}"' if len(parts) == 1 else "\n".join(['""', *(f'"{part}"' for part in parts)])


def _fields(block: str) -> Iterator[tuple[str, str]]:
    """Each field of an entry with its whole value."""
    name, value = "", ""
    for line in block.splitlines():
        begins = re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line)
        if begins:
            if name:
                yield name, value
            name, value = begins[1], ast.literal_eval(begins[2])
        elif line.startswith('"'):
            value += ast.literal_eval(line)
    if name:
        yield name, value

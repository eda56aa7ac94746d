"""Finds the messages in the code and brings the catalogues up to date: ``make locales``, ``python -m locales.extract``.

Messages are the literals in ``t("…")``, ``t.line("…")``, ``t.n("…", "…", n)`` and, for messages in data, ``msg("…")``.
A new message arrives with its English text as it stands in the code, and without a Japanese one.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "chat", "community", "handlers", "jobs")  # where somebody speaks to a person
KEYWORDS: dict[str, tuple[int, ...] | None] = {"t": None, "line": None, "msg": None, "n": (1, 2)}
LANGUAGES = ("en", "ja")
WIDTH = 120
HEADER = r"""msgid ""
msgstr ""
"Language: {}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {}\n"

"""


def find_messages(root: Path = ROOT) -> Catalog:
    """Return all messages of the code, with the files they stand in."""
    found = Catalog(project="tsudoi", charset="utf-8")
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            for _, text, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                found.add(text, locations=[(where, 0)])
    return found


def load(language: str, root: Path = ROOT) -> Catalog:
    """Read one catalogue."""
    with (root / "locales" / language / "tsudoi.po").open("rb") as po:
        return read_po(po, locale=language, abort_invalid=True)


def bring_up_to_date(catalogue: Catalog, found: Catalog, *, fill: bool) -> bytes:
    """Return a catalogue as it should stand: what the code says, translated as before; ``fill`` copies the rest."""
    fresh = Catalog(locale=catalogue.locale, project="tsudoi", charset="utf-8", fuzzy=False)
    for message in sorted((m for m in found if m.id), key=_sort_key):
        known = catalogue.get(message.id)
        string = known.string if known else ""
        if fill and not string:
            string = message.id
        fresh.add(message.id, string, locations=sorted(set(message.locations)))
    out = io.BytesIO()
    write_po(out, fresh, width=WIDTH, omit_header=True, include_lineno=False)
    return HEADER.format(catalogue.locale, fresh.plural_forms).encode() + out.getvalue()


def strings(message: Message) -> list[str]:
    """Return a message's translation, or its translations by number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def _sort_key(message: Message) -> tuple[str, str]:
    return min(message.locations)[0], message.id if isinstance(message.id, str) else message.id[0]


def main() -> None:
    """Rewrite both catalogues and say what is missing."""
    found = find_messages()
    for language in LANGUAGES:
        path = ROOT / "locales" / language / "tsudoi.po"
        path.write_bytes(bring_up_to_date(load(language), found, fill=language == "en"))
        missing = [message.id for message in load(language) if message.id and not all(strings(message))]
        print(f"{language}: {len(found) - len(missing)} messages, {len(missing)} without a translation")  # noqa: T201 - a tool for the terminal
        for text in missing:
            print(f"  {text}")  # noqa: T201 - a tool for the terminal


if __name__ == "__main__":
    main()

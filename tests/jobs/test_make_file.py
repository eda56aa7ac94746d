"""A file that is made when it is sent: once, apart from any transaction, and tried again when that may help."""

from __future__ import annotations

from chat.effects import MakeFile
from chat.fake import FakeChat
from chat.ids import MessageRef, Place
from chat.port import RefusedError, UnreachableError
from jobs.outbox import OutboxWorker
from storage.engine import Database
from tests.jobs.house import Office


class Shelf(FakeChat):
    """A chat that keeps what is uploaded."""

    files: list[tuple[str, bytes, str, str]]

    async def upload(self, place: Place, name: str, content: bytes, *, comment: str, alt: str = "") -> MessageRef:
        self.files.append((name, content, comment, alt))
        return await super().upload(place, name, content, comment=comment, alt=alt)


class Maker:
    """Makes a file of a recipe by turning it round; fails first as told."""

    def __init__(self, *moods: Exception) -> None:
        self.moods = list(moods)
        self.made = 0

    async def make(self, recipe: bytes) -> bytes:
        if self.moods:
            raise self.moods.pop(0)
        self.made += 1
        return recipe[::-1]


def opened(database: Database, maker: Maker | None) -> tuple[Office, Shelf]:
    office = Office.open(database, Shelf)
    chat = office.chat
    assert isinstance(chat, Shelf)
    chat.files = []
    make = maker.make if maker else None
    chats = {chat.home: chat}
    office.worker = OutboxWorker(database, office.clock, chats, owner="main", on_signal=lambda: None, make_file=make)
    return office, chat


def ordered(office: Office) -> MakeFile:
    return MakeFile(office.room, "a.html", b"elif", "Here it is", "A chart")


async def test_a_file_is_made_of_its_recipe_and_sent_once(database: Database) -> None:
    maker = Maker()
    office, chat = opened(database, maker)
    await office.queue(ordered(office), "report_html:1")
    await office.queue(ordered(office), "report_html:1")
    await office.worker.drain()
    assert chat.files == [("a.html", b"file", "Here it is", "A chart")]
    assert maker.made == 1
    assert await office.states() == {"report_html:1": "sent"}


async def test_a_maker_that_has_no_room_now_is_asked_again(database: Database) -> None:
    office, chat = opened(database, Maker(UnreachableError("no process to draw in")))
    await office.queue(ordered(office), "f")
    await office.worker.drain()
    assert chat.files == []
    assert await office.states() == {"f": "queued"}
    office.clock.pass_(5)
    await office.worker.drain()
    assert [name for name, *_ in chat.files] == ["a.html"]


async def test_what_cannot_be_made_is_dead_and_told(database: Database) -> None:
    office, chat = opened(database, Maker(RefusedError("not_drawn", "no such font")))
    await office.queue(ordered(office), "f")
    await office.worker.drain()
    assert chat.files == []
    assert await office.states() == {"f": "dead"}
    (settled,) = await office.reports()
    assert "no such font" in settled.reason


async def test_a_process_without_a_maker_says_so(database: Database) -> None:
    office, _ = opened(database, None)
    await office.queue(ordered(office), "f")
    await office.worker.drain()
    assert (await office.rows())["f"][2] == "no_files: this process makes no files"

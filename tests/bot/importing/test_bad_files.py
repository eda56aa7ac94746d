"""Files that are broken, cut off, doubled, foreign or huge: a kind word, what can be read, and no more memory."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import warnings
import zipfile
from pathlib import Path

import pytest

from bot.importing import start
from bot.importing.runner import Importer, Plan
from chat.exports import ExportError, Trouble
from storage.engine import Database
from tests.bot.importing.exports import (
    NOW,
    Silent,
    bring,
    discord,
    discord_file,
    discord_user,
    lines,
    lines_file,
    says,
    slack,
    slack_user,
    slack_zip,
    solved_thread,
    writes,
)

AKI = discord_user("1", "aki")
ROOT = Path(__file__).parents[3]


async def messages(db: Database, export: object) -> int:
    report = await bring(db, export)  # type: ignore[arg-type]
    return report.survey.messages


# ---- Slack


def test_what_is_no_zip_is_said_kindly(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_text("not packed at all", encoding="utf-8")
    with pytest.raises(ExportError, match=r"export\.zip: not a zip file .*give the \.zip as Slack sent it"):
        slack(path)
    with pytest.raises(ExportError, match="no such file"):
        slack(tmp_path / "nothing.zip")


def test_a_zip_of_something_else_is_said_kindly(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("cat.jpg", b"x")
    with pytest.raises(ExportError, match=r"there is no channels\.json in it"):
        slack(path)


async def test_an_empty_export_is_said_kindly(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no message in it"):
        await bring(database, slack(slack_zip(tmp_path / "e.zip", {})))
    with pytest.raises(ExportError, match="there is no message in it"):
        await bring(database, discord(discord_file(tmp_path / "d.json", [])))
    with pytest.raises(ExportError, match="there is no message in it"):
        await bring(database, lines(lines_file(tmp_path / "l.jsonl", [])))


async def test_without_the_list_of_members_the_workspace_must_be_named_and_ids_stand_for_names(
    database: Database, tmp_path: Path
) -> None:
    path = slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread()}, users=False)
    with pytest.raises(ExportError, match="--workspace slack:T…"):
        slack(path)
    export = slack(path, team="T1")
    assert await messages(database, export) == 3
    assert export.troubles.found[Trouble.NO_PEOPLE, "users.json"] == 1
    assert {what for what, _ in export.troubles.found} == {Trouble.NO_PEOPLE, Trouble.STRANGER}
    assert export.people["U1"].name == "U1"


async def test_who_is_not_on_the_list_is_taken_in_by_their_messages(database: Database, tmp_path: Path) -> None:
    said = [*solved_thread(), says("U9", 40, "hello from next door", user_profile={"display_name": "Cho"})]
    export = slack(slack_zip(tmp_path / "e.zip", {"help/1.json": said}))
    assert await messages(database, export) == 4
    assert export.people["U9"].name == "Cho"
    assert dict(export.troubles.found) == {(Trouble.STRANGER, "U9"): 1}


def test_another_workspace_is_refused(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread()})
    with pytest.raises(ExportError, match="belong to workspace T1, not to T2"):
        slack(path, team="T2")


async def test_broken_json_costs_only_what_follows_in_its_file(database: Database, tmp_path: Path) -> None:
    whole = json.dumps([says("U1", n, f"message {n}") for n in range(4)])
    cut = whole[: whole.index("message 2") + 4]
    days = {"help/1.json": cut, "help/2.json": solved_thread(), "help/3.json": "{}", "help/4.json": "\x00"}
    export = slack(slack_zip(tmp_path / "e.zip", days))
    assert await messages(database, export) == 2 + 3
    broken = {where for what, where in export.troubles.found if what is Trouble.BROKEN_FILE}
    assert broken == {"help/1.json", "help/3.json", "help/4.json"}


async def test_odd_messages_are_left_out_and_counted(database: Database, tmp_path: Path) -> None:
    odd: list[object] = ["text", {"type": "message", "user": "U1"}, {**says("U1", 1, "x"), "ts": "yesterday"}, None, 5]
    odd.append({**says("U1", 2, "x"), "reactions": [{"users": 7}]})
    odd.append({**says("U1", 3, "x"), "ts": "99999999999999.0"})
    export = slack(slack_zip(tmp_path / "e.zip", {"help/1.json": [*odd, *solved_thread()]}))
    assert await messages(database, export) == 3
    assert export.troubles.found[Trouble.BROKEN_MESSAGE, "help/1.json"] == len(odd)


async def test_messages_of_an_impossible_time_are_left_out(database: Database, tmp_path: Path) -> None:
    said = [
        *solved_thread(),
        {**says("U1", 1, "from the future"), "ts": "4102444800.000000"},
        {**says("U1", 1, "z"), "ts": "0.0"},
    ]
    report = await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": said})))
    assert (report.survey.messages, report.survey.misdated) == (3, 2)


async def test_the_same_file_twice_and_private_and_unknown_channels(database: Database, tmp_path: Path) -> None:
    path = slack_zip(
        tmp_path / "e.zip",
        {"help/1.json": solved_thread(), "secret/1.json": [says("U1", 1, "psst")], "gone/1.json": [says("U1", 1, "?")],
         "D1/1.json": [says("U1", 1, "only for you")]},
        more={"groups.json": [{"id": "G1", "name": "secret"}], "dms.json": [{"id": "D1"}]},
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is tried here
        packed.writestr("help/1.json", json.dumps(solved_thread()))
    export = slack(path)
    assert await messages(database, export) == 3
    assert dict(export.troubles.found) == {
        (Trouble.PRIVATE, "secret/"): 1,
        (Trouble.PRIVATE, "D1/"): 1,
        (Trouble.UNKNOWN_CHANNEL, "gone/"): 1,
        (Trouble.REPEATED, "help/1.json"): 1,
    }
    assert await messages(database, slack(path, private=True)) == 4, (
        "private channels when asked for, never what is said to one"
    )


async def test_a_damaged_archive_gives_what_can_be_read(database: Database, tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread(), "help/2.json": [says("U2", 99, "later")]})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo("help/1.json")
    begin = info.header_offset + 30 + len(info.filename)
    raw[begin + 20 : begin + 40] = b"\x00" * 20
    path.write_bytes(raw)
    export = slack(path)
    assert 1 <= await messages(database, export) < 4
    assert (Trouble.BROKEN_FILE, "help/1.json") in export.troubles.found


# ---- Discord


def test_files_of_another_format_are_said_kindly(tmp_path: Path) -> None:
    path = tmp_path / "chat.html"
    path.write_text("<html>", encoding="utf-8")
    with pytest.raises(ExportError, match=r"chat\.html: not a JSON file of DiscordChatExporter .*format JSON"):
        discord(path)
    with pytest.raises(ExportError, match="no such file or folder"):
        discord(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExportError, match="no JSON file of DiscordChatExporter in it"):
        discord(tmp_path / "empty")


def test_direct_messages_and_other_servers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="only direct messages"):
        discord(discord_file(tmp_path / "d.json", [writes(AKI, 1, 0, "x")], server="0"))
    with pytest.raises(ExportError, match="of server 900, not of 901"):
        discord(discord_file(tmp_path / "o.json", [writes(AKI, 1, 0, "x")]), "901")


async def test_one_broken_message_costs_only_itself(database: Database, tmp_path: Path) -> None:
    said = [writes(AKI, n, n, f'message {n} {{"id": "5", "type": "Default", "timestamp": "x" }}') for n in range(1, 9)]
    path = discord_file(tmp_path / "d.json", said)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"message 4', '"message 4" oops "'), encoding="utf-8")
    export = discord(path)
    assert await messages(database, export) == 7
    assert dict(export.troubles.found) == {(Trouble.BROKEN_MESSAGE, "d.json"): 1}


async def test_a_file_that_was_cut_off_gives_what_it_has(database: Database, tmp_path: Path) -> None:
    path = discord_file(tmp_path / "d.json", [writes(AKI, n, n, f"message {n}") for n in range(1, 9)])
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("message 8")], encoding="utf-8")
    export = discord(path)
    assert await messages(database, export) == 7
    assert dict(export.troubles.found) == {(Trouble.BROKEN_FILE, "d.json"): 1}


@pytest.mark.parametrize("indent", [None, 2, 8])
async def test_files_written_anew_are_read_too(database: Database, tmp_path: Path, indent: int | None) -> None:
    said = [writes(AKI, n, n, f"message {n}") for n in range(1, 5)]
    assert await messages(database, discord(discord_file(tmp_path / "d.json", said, indent=indent))) == 4
    turned = [dict(reversed(one.items())) for one in said]
    turned.append({"content": "who am I?"})
    export = discord(discord_file(tmp_path / "t.json", turned, indent=indent))
    assert await messages(database, export) == 4
    assert dict(export.troubles.found) == {(Trouble.BROKEN_MESSAGE, "t.json"): 1}


async def test_a_folder_with_doubles_strangers_and_times_without_a_zone(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    said = [writes(AKI, 1, 0, "hello", timestamp="2023-11-14T22:13:20.5")]
    one = discord_file(folder / "a.json", said)
    (folder / "a (1).json").write_bytes(one.read_bytes())
    discord_file(folder / "b.json", [writes(AKI, 2, 0, "elsewhere")], server="901")
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    export = discord(folder, "900")
    report = await bring(database, export)
    assert report.survey.messages == 1
    assert report.survey.first
    assert report.survey.first.isoformat() == "2023-11-14T22:13:20.500000+00:00"
    assert {what for what, _ in export.troubles.found} == {
        Trouble.REPEATED, Trouble.ELSEWHERE, Trouble.BROKEN_FILE, Trouble.NO_ZONE,
    }  # fmt: skip


# ---- lines


async def test_lines_that_are_none_are_left_out_by_number(database: Database, tmp_path: Path) -> None:
    good = {"channel": "c", "ts": "2020-01-01T00:00:00Z", "user": "u", "text": "x"}
    path = lines_file(
        tmp_path / "l.jsonl", [good, "{", "", '{"channel": "c"}', {**good, "user": ""}, {**good, "ts": "-"}, good]
    )
    export = lines(path)
    assert await messages(database, export) == 2
    assert {where for _, where in export.troubles.found} == {f"l.jsonl:{n}" for n in (2, 4, 5, 6)}


async def test_lines_that_no_store_can_take_cost_only_themselves(database: Database, tmp_path: Path) -> None:
    good = {"channel": "c", "ts": "2020-01-01T00:00:00Z", "user": "u", "text": "x"}
    wrong = [
        {**good, "ts": "0001-01-01T00:00:00+09:00"},
        {**good, "ts": "9999-12-31T23:59:59-09:00"},
        {**good, "user": "a\x00b"},
        {**good, "user": "u" * 65},
        {**good, "channel": "c" * 65},
        {**good, "id": "7\x00"},
    ]
    tamed = {**good, "user": "v", "name": "A\x00ki\n", "text": "How can I\x00 do that? Does anybody know it?"}
    export = lines(lines_file(tmp_path / "l.jsonl", [good, *wrong, tamed]))
    assert await messages(database, export) == 2
    assert {where for _, where in export.troubles.found} == {f"l.jsonl:{n}" for n in range(2, 8)}
    assert export.people["v"].name == "A ki"


async def test_exports_with_what_no_store_can_take_are_read_without_it(database: Database, tmp_path: Path) -> None:
    odd = discord_user("2", "b\x00en") | {"nickname": None}
    said = [writes(AKI, 1, 0, "one\x00"), writes(odd, 2, 1, "two"), writes(discord_user("3" * 65, "x"), 3, 2, "three")]
    said.append(writes(AKI, 4, 3, "four") | {"timestamp": "0001-01-01T00:00:00+09:00"})
    assert await messages(database, discord(discord_file(tmp_path / "d.json", said))) == 2
    people = [slack_user("U1", "a\x00ki"), slack_user("U" * 65, "long")]
    day = [says("U1", 0, "one\x00"), says("U\x00", 1, "two"), says("U" * 65, 2, "three")]
    export = slack(slack_zip(tmp_path / "e.zip", {"help/1.json": day}, users=people))
    assert await messages(database, export) == 1
    assert export.people["U1"].name == "a ki"


async def test_a_packed_file_that_was_cut_off(database: Database, tmp_path: Path) -> None:
    source = ROOT / "../shared/data/elm.jsonl.gz"
    if not source.exists():
        pytest.skip("shared/data is not here")
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(source.read_bytes()[:20_000])
    export = lines(path)
    report = await Importer(database, Plan("c1", export, questions=False), Silent(), NOW).run()
    assert 100 < report.survey.messages < 1_000
    assert [what for what, _ in export.troubles.found] == [Trouble.BROKEN_FILE]


# ---- size

READS = """
    import resource, sys
    from pathlib import Path
    from datetime import UTC, datetime
    from bot.importing.survey import Survey
    from tests.bot.importing.exports import {kind}
    export = {kind}(Path(sys.argv[1]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    survey = Survey(datetime(2026, 12, 4, tzinfo=UTC))
    survey.look(export, lambda: None)
    print(survey.messages, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def _read_apart(kind: str, path: Path) -> tuple[int, int]:
    """Return how many messages another process found in a file, and by how many MiB it grew."""
    program = textwrap.dedent(READS.format(kind=kind))
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    found, grown = done.stdout.split()
    return int(found), int(grown)


def test_a_huge_channel_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    small = discord_file(tmp_path / "small.json", [writes(AKI, 1, 0, "x" * 4_000)]).read_text(encoding="utf-8")
    begin = small.index("{", small.index('"messages": [\n'))
    end = small.rindex("]")
    one, number = small[begin:end].rstrip(), 40_000
    with path.open("w", encoding="utf-8") as file:
        file.write(small[:begin])
        for n in range(number):
            file.write(("" if n == 0 else ",\n    ") + one.replace('"id": "1"', f'"id": "{n + 1}"', 1))
        file.write(small[end:])
    assert path.stat().st_size > 180 << 20
    found, grown = _read_apart("discord", path)
    assert found == number
    assert grown < 60, "MiB, of a file of 180"


def test_a_huge_day_is_read_in_little_memory(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {})
    number = 30_000
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("help/2023-11-14.json", "w", force_zip64=True) as day,
    ):
        day.write(b"[")
        for n in range(number):
            message = json.dumps(says("U1", n / 60, "y" * 4_000)).encode()
            day.write((b"," if n else b"") + message)
        day.write(b"]")
    found, grown = _read_apart("slack", path)
    assert found == number
    assert grown < 60, "MiB, of a day of 120"


# ---- the command line


CONFIG = """
[store]
url = "sqlite:///{folder}/store.sqlite"
[[community]]
id = "one"
[[community]]
id = "two"
[[slack]]
community = "one"
workspace = "T1"
[slack.channels]
questions = ["help"]
[[discord]]
community = "two"
server = "900"
"""


def test_the_request_must_fit_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    path = slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread()}, users=[slack_user("U1", "aki")])
    asked = start.Request(kind="slack-export", source=path, config=config, language="en")

    def refused(said: str, **more: object) -> None:
        with pytest.raises(ValueError, match=said):
            start.start(start.Request(**({name: getattr(asked, name) for name in asked.__slots__} | more)))

    refused("several communities; name one: --community one | two".replace("|", r"\|"))
    refused("no community 'three'; there are: one, two", community="three")
    refused("belongs to community 'one', not to 'two'", community="two")
    refused("write slack:T… or discord:ID, not 'teams:1'", community="one", workspace="teams:1")
    refused("no channel 'hlep' in it; there are: help", community="one", question_channels=("hlep",))
    looked = {name: getattr(asked, name) for name in asked.__slots__} | {"community": "one", "dry_run": True}
    start.start(start.Request(**looked))
    said = capsys.readouterr().out
    assert "Nothing was stored" in said
    assert not (tmp_path / "store.sqlite").exists() or (tmp_path / "store.sqlite").stat().st_size == 0
    start.start(start.Request(**(looked | {"dry_run": False})))
    assert "New questions" in capsys.readouterr().out
    start.start(start.Request(**(looked | {"dry_run": False})))
    assert "there is nothing new in it" in capsys.readouterr().out

"""Every setting's change and its way back, as a moderator reads them: previewed, done, and in the record."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import pytest

from chat.ids import Platform, Workspace
from community.config import Channels, WorkspaceSettings
from community.settings.knob_labels import LABELS
from community.settings.knob_list import KNOBS
from community.settings.knob_units import COUNTS, NOTHING
from community.settings.knobs import HERE, Kind, Knob
from handlers.knob_words import named, place_of, workspace_in
from handlers.settings.words import current
from locales import translator
from storage.audit import Deed
from storage.unit import Unit
from tests.handlers.settings.setting import boss, types
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

OTHERS = {
    Kind.HOUR: "12:15", Kind.WEEKDAY: "friday", Kind.DAY: "2026-12-31", Kind.TEXT: "Hello", Kind.CHANNEL: "lobby",
    Kind.CHANNELS: "python, forum", Kind.LANGUAGES: "python=ja, general=ja+en", Kind.BADGE: "keepers",
    Kind.BADGES: "keepers, helpers", Kind.PEOPLE: "aki", Kind.LANGUAGE: "ja", Kind.CHOICE: "ja", Kind.ZONE: "Berlin",
    Kind.CHOICES: "sales, marketing",
}  # fmt: skip
BY_NAME = {"meetups_holidays": "DE", "thanks_reaction": "heart", "questions_exploration": "0.5"}
UNITS = {
    "ja": re.compile(r"^(開始の)?[\d.]+(人|件|回|日|時間|分|時間前|%)$|^毎月\d+日$"),
    "en": re.compile(
        r"^[\d.]+(%| (person|people|greetings?|moments?|times?|days?|minutes?|hours?( before the start)?))$"
        r"|^day \d+ of the month$"
    ),
}
BARE = re.compile(r"(?<![\w.:/-])-?\d+(\.\d+)?(?= →|[）).。]|$)")


def another(knob: Knob, kept: str) -> str:
    """Return a value that is not the one that holds."""
    if knob.kind is Kind.SWITCH:
        return "off" if kept == "true" else "on"
    if knob.kind in {Kind.NUMBER, Kind.WHOLE} and knob.name not in BY_NAME:
        return str(int(float(kept)) + (1 if float(kept) < knob.most else -1))
    return BY_NAME.get(knob.name) or OTHERS[knob.kind]


async def newest(stage: Stage, user: object) -> str:
    """Return the newest line of the record, without its time."""
    shown = text_of(await stage.types(user, "community", "audit", deed=""))  # type: ignore[arg-type]
    return next(line for line in shown.splitlines() if line.startswith("• ")).partition("  ")[2]


def flaws(knob: Knob, said: str, language: str) -> list[str]:
    """Return what is wrong with what is said of a setting."""
    t = translator(language)
    label = t.line(LABELS[knob.name])
    found = ["the name twice" if said.casefold().count(label.casefold()) > 1 else ""]
    found.append("the name that is typed" if f" ({knob.name})" in said or f"（{knob.name}）" in said else "")
    found.append("another workspace's?" if knob.path.startswith(HERE) and "Slack" not in said else "")
    found.append("no value" if re.search(r"(^|\W)(–|none|なし)( →|\W*$)", said) else "")
    found.append("a space before さん" if re.search(r"\s+さん", said) else "")
    if knob.kind in {Kind.NUMBER, Kind.WHOLE}:
        found.append("a bare number" if BARE.search(said) else "")
    return [flaw for flaw in found if flaw]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
async def test_a_change_and_its_way_back_read_well(stage: Stage, knob: Knob, language: str) -> None:
    await stage.joins("aki")
    stage.directory.closed |= {"lobby"}  # the moderators' channel is one that only some can read
    user = await stage.joins("owner", is_admin=True, is_owner=True, locale=language)
    kept = current(knob, stage.settings, SLACK)
    for value, press in ((another(knob, kept), "set_go"), ("default", "set_default")):
        card = card_of(await types(stage, user, knob.name, value))
        preview = text_of(card)
        done = text_of(await stage.presses(user, card, press)).splitlines()[0]
        await stage.passes(timedelta(minutes=1))
        recorded = await newest(stage, user)
        for said in (preview.splitlines()[0], done, recorded):
            assert flaws(knob, said, language) == [], said
        assert flaws(knob, " ".join(preview.splitlines()[:2]), language) in ([], ["a bare number"]), preview
        if knob.name in COUNTS:
            for figure in preview.splitlines()[0].partition("：" if language == "ja" else ": ")[2].split(" → "):
                named_so = figure == translator(language).line(NOTHING.get(knob.name, "-"))
                assert named_so or UNITS[language].search(figure), preview


def test_every_number_says_what_it_counts() -> None:
    numbers = {knob.name for knob in KNOBS if knob.kind in {Kind.NUMBER, Kind.WHOLE}}
    assert numbers == COUNTS.keys()
    assert NOTHING.keys() <= {knob.name for knob in KNOBS}
    without = {knob.name for knob in KNOBS if " 0:" in knob.meaning or "none:" in knob.meaning} - NOTHING.keys()
    assert without == set(), "0 or nothing means something there: say what, in community/settings/knob_units.py"


def test_no_two_settings_have_one_name() -> None:
    for language in ("ja", "en"):
        labels = [translator(language).line(said) for said in LABELS.values()]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(("language", "said"), [("en", "Member cap: unlimited → 8 people"),
                                                ("ja", "メンバー数の上限：上限なし → 8人")])  # fmt: skip
async def test_no_cap_is_no_zero(stage: Stage, language: str, said: str) -> None:
    user = await boss(stage, locale=language)
    assert said in text_of(await types(stage, user, "membership_cap", "8"))


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_record_names_the_workspace_whose_setting_it_is(stage: Stage, language: str) -> None:
    user = await boss(stage, locale=language)
    key = f"workspaces.{DISCORD}.channels.lobby"
    for n, kept in enumerate((key, key.replace(str(DISCORD), "discord:gone"))):
        deed = Deed("setting.changed", stage.now, await stage.member(user), kept, before="", after="lobby")
        await stage.look(lambda db, deed=deed, n=n: db.audit.record(deed, key=f"k{n}"))  # type: ignore[misc]
    gone, here = [line for line in text_of(await stage.types(user, "community", "audit")).splitlines() if "•" in line]
    assert {
        "en": "Lobby channel (Discord) from not set to #lobby",
        "ja": "ロビーのチャンネル（Discord）を変更しました（未設定 → #lobby）",
    }[language] in here
    assert "Discord: gone" in gone


async def test_a_workspace_is_named_where_there_are_several_only(stage: Stage) -> None:
    lobby = next(knob for knob in KNOBS if knob.name == "lobby")
    cap = next(knob for knob in KNOBS if knob.name == "membership_cap")
    other, channels = Workspace(Platform.SLACK, "T2"), Channels()
    homes = {
        1: (SLACK,), 2: (SLACK, DISCORD), 3: (SLACK, DISCORD, other)
    }  # fmt: skip
    expected = {1: "Lobby channel", 2: "Lobby channel (Slack)", 3: "Lobby channel (Slack: the slack side)"}
    for count, spots in homes.items():
        here = tuple(WorkspaceSettings(workspace=spot, channels=channels) for spot in spots)
        settings = msgspec.structs.replace(stage.settings, workspaces=here)

        async def name(unit: Unit, settings: object = settings) -> object:
            ctx = stage.context(unit, settings, translator("en"))  # type: ignore[arg-type]
            return named(ctx, lobby, SLACK, ctx.t), named(ctx, cap, SLACK, ctx.t), place_of(ctx, DISCORD)

        said = await stage.look(name)
        assert said == (expected[count], "Member cap", "Discord")


@pytest.mark.parametrize("key", ["membership.cap", "workspaces.x:1.lobby", "workspaces.slack:.lobby", "workspaces", ""])
def test_a_key_without_a_workspace_names_none(key: str) -> None:
    assert workspace_in(key) is None

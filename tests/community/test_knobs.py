"""Every field of the settings is a knob or has a reason not to be; a value survives being kept and read."""

from __future__ import annotations

import json

import msgspec
import pytest

from chat.ids import Platform, Workspace
from community.config import Channels, CommunitySettings, ConfigError, WorkspaceSettings, lockable
from community.settings.knob_labels import LABELS
from community.settings.knob_list import KNOBS, ONLY_IN_THE_FILE, SECTIONS, find, of_key, of_section
from community.settings.knobs import Kind, Knob, UnfitError, held, plain, raw, read
from community.settings.overrides import effective_settings, is_locked, with_setting

HOME = Workspace(Platform.SLACK, "T1")
OTHER = Workspace(Platform.DISCORD, "900")
SETTINGS = CommunitySettings(
    id="c1", workspaces=(WorkspaceSettings(workspace=HOME), WorkspaceSettings(workspace=OTHER))
)
NUMBERS = [knob for knob in KNOBS if knob.kind in {Kind.NUMBER, Kind.WHOLE}]
# A value of each kind that differs from every default
SAMPLES = {
    Kind.HOUR: "11:15", Kind.WEEKDAY: "friday", Kind.DAY: "2030-01-31", Kind.TEXT: "DE", Kind.CHANNEL: "lounge",
    Kind.CHANNELS: "a, b", Kind.LANGUAGES: "lounge=ja+en", Kind.BADGE: "keepers", Kind.BADGES: "keepers, 77",
    Kind.PEOPLE: "U1, U2", Kind.LANGUAGE: "en", Kind.ZONE: "Berlin",
}  # fmt: skip


def fields_of(table: type[msgspec.Struct], at: str = "") -> list[str]:
    """Return every field, those of tables by their full names."""
    found = []
    for field in msgspec.structs.fields(table):
        inner = field.type if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct) else None
        if inner is None or inner is Workspace:
            found.append(f"{at}{field.name}")
        else:
            found += fields_of(inner, f"{at}{field.name}.")
    return found


def test_every_setting_is_a_knob_or_says_why_not() -> None:
    everything = {*fields_of(CommunitySettings), *(f"workspaces.{name}" for name in fields_of(WorkspaceSettings))}
    offered = {knob.path.replace("{workspace}.", "") for knob in KNOBS}
    assert everything - offered - ONLY_IN_THE_FILE.keys() == set(), "a knob in settings/knob_list.py, or a reason"
    assert offered - everything == set()
    assert ONLY_IN_THE_FILE.keys() - everything == set()
    assert offered & ONLY_IN_THE_FILE.keys() == set()
    assert all(len(reason) > 10 for reason in ONLY_IN_THE_FILE.values())


def test_each_knob_has_one_name_and_one_section() -> None:
    names = [knob.name for knob in KNOBS]
    assert list(LABELS) == names
    assert len(set(LABELS.values())) == len(names), "two settings of one name"
    assert len(set(names)) == len(names)
    assert sorted(names) == sorted(knob.name for section in SECTIONS for knob in of_section(section))
    for knob in KNOBS:
        assert find(knob.name) == [knob]
        assert of_key(knob.key(HOME)) is knob
    assert of_key("nothing.at_all") is None
    assert of_key("workspaces.slack:T1.owners") is None


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_what_holds_can_be_kept_and_read_again(knob: Knob) -> None:
    kept = raw(held(knob, SETTINGS, HOME))
    assert read(knob, plain(knob, kept) or "none") == kept
    assert held(knob, with_setting(SETTINGS, knob.key(HOME), kept), HOME) == held(knob, SETTINGS, HOME)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_each_can_be_changed_and_changes_nothing_else(knob: Knob) -> None:
    before = raw(held(knob, SETTINGS, HOME))
    if knob.kind is Kind.SWITCH:
        typed = "off" if before == "true" else "on"
    elif knob.choices:
        typed = ", ".join(knob.choices[-2:]) if knob.is_list else knob.choices[-1]
    else:
        typed = SAMPLES.get(knob.kind, f"{knob.most:.12g}")
    if knob.path == "meetups.no_offers_from_hours":
        typed = "3"  # not more than the hours of the knob beside it
    kept = read(knob, typed)
    after = with_setting(SETTINGS, knob.key(HOME), kept)
    assert raw(held(knob, after, HOME)) == kept != before
    for other in KNOBS:
        if other is not knob:
            assert held(other, after, HOME) == held(other, SETTINGS, HOME)
        if "{workspace}" in other.path:
            assert held(other, after, OTHER) == held(other, SETTINGS, OTHER)


@pytest.mark.parametrize("knob", NUMBERS, ids=lambda knob: knob.name)
def test_the_bounds_said_are_those_of_the_settings(knob: Knob) -> None:
    """What is in the bounds fits by itself; what the settings refuse is out of them."""
    alone = {"meetups.promote_until_hours": "meetups.no_offers_from_hours"}
    base = SETTINGS
    if knob.path in alone:
        base = with_setting(base, alone[knob.path], "0")
    if knob.path == "meetups.no_offers_from_hours":
        base = with_setting(base, "meetups.promote_until_hours", f"{knob.most:.12g}")
    for value in (knob.least, knob.most):
        with_setting(base, knob.path, read(knob, f"{value:.12g}"))
    for value in (knob.least - 1, knob.most * 10 + 1):
        with pytest.raises(UnfitError):
            read(knob, f"{value:.12g}")
    if knob.least >= 0 and knob.least - 1 < 0:
        with pytest.raises(ConfigError):
            with_setting(base, knob.path, "-1")


@pytest.mark.parametrize("typed", ["nan", "inf", "1e400", "", "一", "1,5", "0x10", "9" * 400])
def test_no_number_is_no_number(typed: str) -> None:
    for knob in NUMBERS:
        with pytest.raises(UnfitError):
            read(knob, typed)


def test_the_file_wins_where_it_locks() -> None:
    locked = msgspec.structs.replace(SETTINGS, locked=("digest.time", "privacy", "channels.welcome", "moderators"))
    set_here = {
        "digest.time": "11:00", "digest.weekday": "friday", "privacy.cases_days": "3",
        "workspaces.slack:T1.channels.welcome": "x", "workspaces.slack:T1.channels.digest": "y",
        "workspaces.discord:900.moderators": '["U1"]',
    }  # fmt: skip
    now = effective_settings(locked, set_here)
    assert (now.digest.time, now.digest.weekday, now.privacy.cases_days) == ("09:00", "friday", 365)
    assert now.workspaces[0].channels.welcome == "general"
    assert now.workspaces[0].channels.digest == "y"
    assert now.workspaces[1].moderators == ()
    assert [key for key in set_here if is_locked(locked, key)] == [
        "digest.time", "privacy.cases_days", "workspaces.slack:T1.channels.welcome", "workspaces.discord:900.moderators"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["digest.tiem", "digests", "", "workspaces", "onboarding.enabled.x", "locked", "id"])
def test_an_unknown_lock_is_named_at_the_start(name: str) -> None:
    with pytest.raises(ConfigError, match="locked: there is no setting"):
        msgspec.structs.replace(SETTINGS, locked=("digest", name)).__post_init__()
    with pytest.raises(ConfigError, match=repr(name) if name else "''"):
        CommunitySettings(id="c", locked=(name,))


def test_every_knob_can_be_locked_by_its_name_in_the_file() -> None:
    for knob in KNOBS:
        name = knob.path.replace("workspaces.{workspace}.", "")
        assert name in lockable()
        assert is_locked(CommunitySettings(id="c", locked=(name,)), knob.key(HOME))
        assert not is_locked(CommunitySettings(id="c", locked=("topics",)), knob.key(HOME))


def test_two_values_that_fit_only_together_both_hold() -> None:
    together = {"meetups.no_offers_from_hours": "30", "meetups.promote_until_hours": "48"}
    found = effective_settings(SETTINGS, together).meetups
    assert (found.no_offers_from_hours, found.promote_until_hours) == (30, 48)


def test_what_was_kept_and_no_longer_fits_is_left_out() -> None:
    bad = {"digest.time": "25:00", "reports.monthly": "no list", "gone.setting": "1", "digest.weekday": "friday",
           "onboarding": "x", "workspaces.slack:T1.workspace": "{}", "workspaces.slack:T9.channels.welcome": "x",
           "topics": json.dumps([{"id": "x"}])}  # fmt: skip
    found = effective_settings(SETTINGS, bad)
    assert found == with_setting(SETTINGS, "digest.weekday", "friday")
    assert isinstance(found.workspaces[0].channels, Channels)

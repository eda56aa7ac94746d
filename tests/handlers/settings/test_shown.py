"""What moderators see of the settings: sections, values, where each comes from, and what it means."""

from datetime import timedelta

import pytest

from chat.answers import OpenForm
from chat.events import OptionTyped
from chat.form import Choice, Choices, Line, Paragraph
from community.settings.knob_labels import LABELS
from community.settings.knob_list import KNOBS, SECTIONS, of_section
from community.settings.knobs import Kind, Section
from handlers.settings import complete_name
from locales import translator
from storage.unit import Unit
from tests.handlers.settings.setting import boss, menu_of, owner, sets, shows
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_setting_is_shown_in_some_section_with_its_meaning(stage: Stage, language: str) -> None:
    user, t = await boss(stage, locale=language), translator(language)
    menu = card_of(await stage.types(user, "community", "settings"))
    assert menu_of(menu, "set_section") == list(SECTIONS)
    for section in SECTIONS:
        shown = text_of(await shows(stage, user, section))
        for knob in of_section(section):
            assert knob.name in shown
            assert t.line(LABELS[knob.name]) in shown
            assert t.line(knob.meaning) in shown
    assert sum(len(of_section(section)) for section in SECTIONS) == len(KNOBS)


async def test_a_value_says_where_it_comes_from(stage: Stage) -> None:
    user = await boss(stage)
    assert "nudge_after_days)  3 days  days of silence before the one nudge (as built in)" in text_of(
        await shows(stage, user, "onboarding")
    )
    assert "language)  English  the community's language: ja or en (from the file)" in text_of(
        await shows(stage, user, "community")
    )
    await sets(stage, user, "nudge_after_days", "5")
    await stage.passes(timedelta(days=1))
    shown = text_of(await shows(stage, user, "onboarding"))
    assert (
        "onboarding_nudge_after_days)  5 days  days of silence before the one nudge (set here by boss on Fri, 4 Dec)"
        in (shown)
    )
    assert "1 set here" in text_of(await stage.types(user, "community", "settings"))
    await sets(stage, user, "nudge_after_days", "default")
    assert "nudge_after_days)  3 days" in text_of(await shows(stage, user, "onboarding"))
    assert await stage.facts("setting.changed") == ["setting.changed"] * 2


async def test_channels_are_those_of_the_workspace_where_one_looks(stage: Stage) -> None:
    user, kim = await boss(stage), await stage.joins("kim", DISCORD, is_admin=True)
    await sets(stage, user, "welcome", "#python")
    slack, discord = text_of(await shows(stage, user, "channels")), text_of(await shows(stage, kim, "channels"))
    assert "Channels here (Slack)\n" in slack
    assert "(welcome)  #python" in slack
    assert "Channels here (Discord)\n" in discord
    assert "(welcome)  #general" in discord


@pytest.mark.parametrize("knob", [knob for knob in KNOBS if knob.kind is not Kind.SWITCH], ids=lambda knob: knob.name)
async def test_each_setting_opens_a_form_that_holds_its_value(stage: Stage, knob: object) -> None:
    user = await owner(stage)
    answer = await stage.acts(user, "set_pick", values=(knob.name,))  # type: ignore[attr-defined]
    assert isinstance(answer, OpenForm)
    (field,) = form_of(answer).fields
    assert isinstance(field, Line | Paragraph | Choice | Choices)
    assert field.label.startswith(translator("en").line(LABELS[knob.name]))  # type: ignore[attr-defined]


async def test_the_form_is_filled_in_with_what_holds(stage: Stage) -> None:
    user = await boss(stage)
    (field,) = form_of(await stage.acts(user, "set_pick", values=("digest_time",))).fields
    assert isinstance(field, Line)
    assert field.value == "09:00"
    (field,) = form_of(await stage.acts(user, "set_pick", values=("digest_weekday",))).fields
    assert isinstance(field, Choice)
    assert field.value == "monday"
    (field,) = form_of(await stage.acts(user, "set_pick", values=("questions",))).fields
    assert isinstance(field, Paragraph)
    assert field.value == "questions, forum"


async def test_names_are_proposed_while_one_types(stage: Stage) -> None:
    user = await boss(stage)

    async def proposed(typed: str) -> list[str]:
        asked = OptionTyped(workspace=SLACK, user=user, command="community", sub="settings", option="set", typed=typed)

        async def ask(unit: Unit) -> object:
            ctx = stage.context(unit, stage.settings, translator("en"))
            return [option.value for option in (await complete_name(ctx, asked)).choices]

        found = await stage.look(ask)
        assert isinstance(found, list)
        return found

    assert (await proposed("digest_ti")) == ["digest_time"]
    assert "privacy_cases_days" in await proposed("closed reports")
    assert len(await proposed("")) == 25
    assert await proposed("xyzzy") == []


async def test_a_name_that_means_several_or_none_is_asked_back(stage: Stage) -> None:
    user = await boss(stage)
    several = text_of(await stage.types(user, "community", "settings", set="enabled", value="off"))
    assert "onboarding_enabled" in several
    assert "digest_enabled" in several
    assert "There is no setting colour" in text_of(await stage.types(user, "community", "settings", set="colour"))
    one = text_of(await stage.types(user, "community", "settings", set="digest.time"))
    assert "It takes an hour of the day" in one
    assert "The weekly digest" in one


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("定員", "メンバー数の上限（membership_cap）"),
        ("メンバー数の上限", "メンバー数の上限（membership_cap）"),
        ("入会", "入会の席を受け取れる時間（membership_claim_hours）"),
        ("ダイジェストの曜日", "ダイジェストの曜日（digest_weekday）"),
        ("cap", "メンバー数の上限（membership_cap）"),
    ],
)
async def test_a_setting_is_found_by_what_people_call_it(stage: Stage, typed: str, expected: str) -> None:
    user = await boss(stage, locale="ja")
    assert expected in text_of(await stage.types(user, "community", "settings", set=typed))


async def test_what_several_settings_are_called_shows_each_on_a_line_with_its_meaning(stage: Stage) -> None:
    user = await boss(stage, locale="ja")
    card = card_of(await stage.types(user, "community", "settings", set="ロビー"))
    assert "ロビーのチャンネル（lobby）" in text_of(card)
    card = card_of(await stage.types(user, "community", "settings", set="曜日"))
    assert "\n• 毎週の数値の曜日（reports_weekday）" in text_of(card)
    assert menu_of(card, "set_pick") == ["digest_weekday", "reports_weekday"]


@pytest.mark.parametrize("forged", ["", "nonsense", "digest_time:on", "x" * 80])
async def test_a_forged_choice_changes_nothing(stage: Stage, forged: str) -> None:
    user = await boss(stage)
    for action in ("set_pick", "set_back", "set_section"):
        assert await stage.acts(user, action, values=(forged,) if forged else ())
    for raw in ("set_go:nothing", "set_default:digest_time:0", f"set_default:{forged}"):
        await stage.acts(user, raw)
    assert await stage.look(lambda db: db.settings.all()) == {}
    assert Section.DIGEST in menu_of(card_of(await stage.acts(user, "set_menu")), "set_section")

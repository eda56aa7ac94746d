"""The record of deeds: newest first, in sentences, by member and kind, and what of it can be undone."""

from datetime import timedelta

import pytest

from chat.events import OptionTyped
from chat.ids import UserRef
from handlers import FEATURES
from handlers.audit import audit_completions, collect
from handlers.audit.undone_words import UNDONE_WORDS
from locales import translator
from storage.audit import Deed
from storage.unit import Unit
from tests.handlers.settings.setting import boss, menu_of, sets
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of


async def audit(stage: Stage, user: UserRef, **options: str) -> str:
    return text_of(await stage.types(user, "community", "audit", **options))


async def record(stage: Stage, what: Deed, key: str) -> int:
    found = await stage.look(lambda unit: unit.audit.record(what, key=key))
    assert isinstance(found, int)
    return found


async def test_who_changed_what_is_said_newest_first(stage: Stage) -> None:
    user, other = await boss(stage), await stage.joins("kim", DISCORD, is_admin=True)
    assert "nothing here yet" in await audit(stage, user)
    await sets(stage, user, "digest_weekday", "friday")
    await stage.passes(timedelta(hours=1))
    await sets(stage, other, "digest_time", "10:00")
    shown = await audit(stage, user)
    first, second = (line for line in shown.splitlines() if line.startswith("• "))
    assert "kim changed Hour of the digest from 09:00 to 10:00." in first
    assert "boss changed Day of the digest from Monday to Friday." in second
    japanese = await boss(stage, "ja", locale="ja")
    said = await audit(stage, japanese)
    assert "月曜日" in said
    assert "操作の記録" in said
    assert "月曜日" in said


async def test_the_record_is_filtered_by_member_and_kind(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    await sets(stage, user, "digest_time", "10:00")
    await sets(stage, other, "digest_time", "default")
    assert "10:00 to 09:00" in await audit(stage, user, deed="setting.reset")
    assert "changed" not in (await audit(stage, user, deed="setting.reset")).replace("Who changed what", "")
    mine = await audit(stage, user, member="<@Uboss>")
    assert "boss changed Hour of the digest" in mine
    assert "took" not in mine
    assert "other took" in await audit(stage, user, member="Uother", deed="setting")
    assert "There is no kind aunts. There are: " in await audit(stage, user, deed="aunts")
    assert "I do not know" in await audit(stage, user, member="Unobody")


async def test_refusals_are_shown_only_where_they_are_asked_for(stage: Stage) -> None:
    user, aki = await boss(stage), await stage.joins("aki")
    await stage.acts(aki, "set_menu")
    assert "nothing here yet" in await audit(stage, user)
    assert "aki was refused: press set_menu" in await audit(stage, user, deed="access.refused")


async def test_pages_go_on_with_the_same_filter(stage: Stage) -> None:
    user = await boss(stage)
    for n in range(20):
        await record(stage, Deed("setting.changed", stage.now, None, f"s{n}"), f"k{n}")
        await record(stage, Deed("setting.reset", stage.now, None, f"r{n}"), f"l{n}")
    card = card_of(await stage.types(user, "community", "audit", deed="setting.changed"))
    assert "s19" in text_of(card)
    older = card_of(await stage.acts(user, "audit_page:1::setting.changed"))
    assert "s11" in text_of(older)
    assert "r1" not in text_of(older)
    last = card_of(await stage.acts(user, "audit_page:2::setting.changed"))
    assert "s0" in text_of(last)
    assert "Older" not in text_of(last)


async def test_one_deed_is_shown_whole_and_undone_from_there(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    await sets(stage, user, "purpose_en", "We read. " * 40)
    card = card_of(await stage.types(other, "community", "audit"))
    (deed,) = menu_of(card, "audit_pick")
    one = card_of(await stage.acts(other, "audit_pick", values=(deed,)))
    assert "We read. " * 30 in text_of(one)
    assert "is Learn together" in text_of(await stage.presses(other, one, "undo"))
    shown = await audit(stage, user)
    assert "other undid the change of the setting Purpose (English)." in shown
    assert "(undone by @other)" in shown
    gone = text_of(await stage.acts(user, "audit_pick", values=(deed,)))
    assert "Undo" not in gone


@pytest.mark.parametrize("forged", ["x", "", "999", "9" * 30])
async def test_forged_choices_show_nothing(stage: Stage, forged: str) -> None:
    user = await boss(stage)
    assert "no longer" in text_of(await stage.acts(user, "audit_pick", values=(forged,)))
    for raw in ("audit_page", f"audit_page:{forged}", f"audit_page:{forged}:{forged}:{forged}"):
        assert "nothing here yet" in text_of(await stage.acts(user, raw))


async def test_a_kind_nobody_says_is_named_as_it_is(stage: Stage) -> None:
    user = await boss(stage)
    await record(stage, Deed("moon.moved", stage.now, None, "case:3"), "k")
    assert "Somebody who is no longer known: moon.moved #3" in await audit(stage, user)


async def test_what_people_wrote_stays_a_text(stage: Stage) -> None:
    user = await boss(stage)
    hostile = "<!channel> @everyone **x** {who}"
    await record(stage, Deed("moon.moved", stage.now, None, hostile, before=hostile, reason=hostile), "k")
    assert hostile in await audit(stage, user)


async def test_kinds_are_proposed_while_one_types(stage: Stage) -> None:
    async def ask(unit: Unit) -> object:
        ctx = stage.context(unit, stage.settings, translator("en"))
        user = UserRef(SLACK.platform, SLACK.id, "U1")
        typed = OptionTyped(workspace=SLACK, user=user, command="community", sub="audit", option="deed", typed="set")
        (completes,) = audit_completions(FEATURES[:-2])
        return [option.value for option in (await completes.handler(ctx, typed)).choices]

    found = await stage.look(ask)
    assert isinstance(found, list)
    assert {"setting", "setting.changed", "setting.reset"} <= set(found)


async def test_each_sentence_can_be_said_in_both_languages(stage: Stage) -> None:
    user = await boss(stage)
    deeds, undoes = collect(FEATURES[:-2])
    assert undoes.keys() <= deeds.keys()
    for n, kind in enumerate(deeds):
        what = Deed(kind, stage.now, await stage.member(user), "x", before="b", after="a", reason="r")
        await record(stage, what, f"k{n}")
    for language in ("en", "ja"):
        reads = await boss(stage, language, locale=language)
        for kind in deeds:
            said = await audit(stage, reads, deed=kind)
            assert "• " in said
            assert (
                kind not in said.partition("• ")[2].split("↩")[0].replace("setting.changed", "")
                or kind == "deed.undone"
            )


def test_each_kind_that_can_be_undone_has_its_words() -> None:
    _, undoes = collect(feature for feature in FEATURES if feature.name != "audit")
    assert set(UNDONE_WORDS) == set(undoes)


async def test_the_record_reads_well_in_japanese(stage: Stage) -> None:
    user = await boss(stage, locale="ja")
    await record(stage, Deed("case.resolved", stage.now, None, "case:3"), "r")
    await record(stage, Deed("deed.undone", stage.now, None, "membership.cap", before="setting.changed"), "u")
    said = await audit(stage, user)
    assert "情報を削除した方が報告の件 #3 を対応済みにしました。" in said
    assert "メンバー数の上限の変更を取り消しました。" in said
    assert "setting.changed" not in said

"""Every kind of deed, as moderators read it in both languages: whole sentences, without a code or a leftover brace."""

import re
from collections.abc import Mapping
from enum import StrEnum

import pytest

from community.conduct.cases import CaseState, Outcome
from community.questions.life import CloseReason
from community.recognition.first_pins import Verdict
from community.seats.values import Mark, SeatKind
from handlers import FEATURES
from handlers.audit import collect
from handlers.audit.undoing import UNDONE
from handlers.audit.value_words import in_words
from handlers.conduct.words import OUTCOMES, STATES
from handlers.gate import BY_NAME, BY_ROLE, BY_THING
from handlers.meetups.attendance import MARKS
from handlers.meetups.cards import SEATS
from handlers.questions.cards import REASONS
from handlers.questions.ideas import STATES as IDEAS
from locales import translator
from storage.audit import Deed
from storage.questions.ideas import IdeaState
from tests.handlers.settings.setting import boss, menu_of
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

DEEDS, UNDOES = collect(feature for feature in FEATURES if feature.name != "audit")
DECIDED = '{{"state": "{}", "note": "{}"}}'
WORD = '{"word":"x","listed":true}'
# By the beginning of the kind: subject, before, after, reason as the features write them down
WRITTEN: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "access.": ("press set_menu", None, "role", None),
    "account.": ("", None, None, None),
    "applicant.admitted": ("", None, "over", "They asked twice."),
    "applicant.moved": ("", "1764812345.0", "1764812346.5", "They asked twice."),
    "applicant.": ("", None, None, "Not now."),
    "calendars.": ("calendars", None, "3", None),
    "case.": ("case:7", None, "resolved", None),
    "digest.edited": ("digest:2026-W49", "", "Good *morning* {name}!", None),
    "digest.": ("digest:2026-W49", None, None, None),
    "idea.": ("idea:1", DECIDED.format("noted", ""), DECIDED.format("planned", "In spring."), "planned"),
    "link.": ("", None, None, None),
    "meetup.attendance": ("meetup:1", None, "attended, no_show x3", None),
    "meetup.seat_given": ("meetup:1", None, "venue", None),
    "meetup.": ("meetup:1", None, None, None),
    "membership.cap": ("membership.cap", "50", "60", None),
    "peak.": ("moment:1", None, None, None),
    "pin.": ("pins", "not_now", None, None),
    "question.": ("question:1", None, None, "off_topic"),
    "quiet.": ("conduct.quiet_until", None, "2026-12-31", None),
    "setting.": ("digest.weekday", "monday", "friday", "file"),
    "thanks.": ("question:1", None, None, None),
    "welcomer.removed": ("", '{"state": "active", "cap": 3}', None, None),
    "welcomer.": ("", "2", "3", None),
    "words.": ("ja 最悪", None, WORD, None),
}
CODE = re.compile(r"[{}]|\b[a-z]+:\d|\b(attended|no_show|off_topic|not_now|venue|planned|noted|over|2026-W\d+)\b(?! )")
WHOLE = re.compile(r"[.!。！](?: \(undone.*\)| （.*）)?$")


def written(kind: str) -> tuple[str, str | None, str | None, str | None]:
    return next(told for start, told in WRITTEN.items() if kind.startswith(start))


async def keep(stage: Stage, kind: str, actor: int | None, member: int | None) -> int:
    subject, before, after, reason = written(kind)
    deed = Deed(kind, stage.now, actor, subject, member, before, after, reason, SLACK)
    found = await stage.look(lambda db: db.audit.record(deed, key=f"{kind}:{actor}"))
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", sorted(DEEDS.keys() - {UNDONE}))
async def test_every_deed_is_a_sentence_without_codes(stage: Stage, kind: str, language: str) -> None:
    reader, who = await boss(stage, "reader", locale=language), await boss(stage, "mio")
    aki = await stage.member(await stage.joins("aki"))
    for actor, member in ((await stage.member(who), aki), (None, None)):  # known, and erased since
        deed = await keep(stage, kind, actor, member)
        listed = card_of(await stage.types(reader, "community", "audit", deed=kind))
        line = next(line for line in text_of(listed).splitlines() if line.startswith("• "))
        closer = text_of(await stage.acts(reader, "audit_pick", values=(str(deed),)))
        for said in (line, *closer.splitlines()):
            without_their_words = said.replace("Good *morning* {name}!", "").replace("press set_menu", "")
            assert not CODE.search(without_their_words), said
            assert "None" not in said
        assert WHOLE.search(line) or "{reason}" in DEEDS[kind] or "{subject}" in DEEDS[kind], line
        assert "1764812345" not in closer
        assert '"' not in closer
        assert ("mio" in line) is (actor is not None)
        assert "  さん" not in line
        if language == "ja":
            assert re.search(r"[ぁ-ん]", line), line
    if kind in UNDOES:
        actor = await stage.member(who)
        undone = Deed(UNDONE, stage.now, actor, written(kind)[0], aki, kind, str(deed), workspace=SLACK)
        await stage.look(lambda db: db.audit.record(undone, key="undone"))
        line = text_of(await stage.types(reader, "community", "audit", deed=UNDONE)).splitlines()[-3]
        assert not CODE.search(line), line
        assert "something (" not in line


@pytest.mark.parametrize(
    ("deed", "codes", "words"),
    [
        ("case.resolved", CaseState, STATES), ("case.voted", Outcome, OUTCOMES), ("idea.decided", IdeaState, IDEAS),
        ("meetup.attendance", Mark, MARKS), ("meetup.seat_given", SeatKind, SEATS),
        ("question.closed", CloseReason, REASONS),
    ],
)  # fmt: skip
def test_a_code_reads_as_on_the_cards_of_its_feature(deed: str, codes: type[StrEnum], words: Mapping[str, str]) -> None:
    for t in (translator("en"), translator("ja")):
        for code in codes:
            assert in_words(deed, code.value, t) == t.line(words[code])


def test_the_other_codes_have_words_of_their_own() -> None:
    t = translator("en")
    assert [in_words("pin.said", verdict.value, t) for verdict in Verdict] == ["to be asked", "not for now"]
    assert in_words("pin.said", None, t) == "nothing noted any more"
    said = {in_words("access.refused", why, t) for why in (BY_ROLE, BY_THING, BY_NAME)}
    assert said == {"not for their role", "not theirs, or not there any more", "there is no such thing"}
    assert in_words("meetup.attendance", "attended, no_show x3", t) == "Was there, Did not come ×3"
    assert in_words("meetup.attendance", "attended, sang x3", t) == "attended, sang x3"
    assert in_words("digest.edited", "role", t) == "role"


async def test_a_digest_an_idea_and_a_word_are_named_as_people_know_them(stage: Stage) -> None:
    user = await boss(stage)
    member = await stage.member(user)
    for kind in ("digest.skipped", "words.added", "idea.decided"):
        await keep(stage, kind, member, None)
    shown = text_of(await stage.types(user, "community", "audit"))
    assert "boss skipped the week's digest (the week of Mon, 30 Nov)." in shown
    assert "boss put a word on the list of kind words: 最悪 (Japanese)" in shown
    assert "boss decided about an idea (an idea): 🗓 Planned." in shown
    discord = await stage.joins("ja", DISCORD, is_admin=True, locale="ja")
    card = card_of(await stage.types(discord, "community", "audit"))
    assert "この週のダイジェストをお休みにしました（11月30日(月)の週）。" in text_of(card)
    assert len(menu_of(card, "audit_pick")) == 3

"""What a member sees of what is kept about them, takes along, chooses, and has erased; and how they come back."""

from __future__ import annotations

import json

import msgspec
import pytest
import sqlalchemy as sa

from bot.files import Files
from chat.answers import Invalid, Say
from chat.card import Buttons
from chat.effects import DirectMessage, MakeFile, ShowHome
from chat.events import MemberJoined, MessagePosted
from chat.ids import Profile
from community.membership.settings import MembershipSettings
from handlers.privacy.admitting import BEGIN
from handlers.privacy.choosing import CHOICES
from storage.codec import load_arrival
from storage.tables.core import accounts, activity, inbox, members, outbox
from tests.handlers.questions.asked import ask
from tests.handlers.stage import DISCORD, GOOD, Stage, card_of, form_of, text_of


class At:
    """A clock that stands."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> object:
        return self._stage.now


async def test_the_card_says_what_is_kept_of_me_in_plain_words(stage: Stage) -> None:
    one = await stage.joins("one")
    member = await stage.member(one)
    await stage.sends(one, f"about:{member}", GOOD)
    await ask(stage, one)
    said = text_of(await stage.types(one, "tsudoi", "privacy"))
    assert "your introduction, as you wrote them (1)\n    Kept: as long as you are a member" in said
    assert "Questions you asked, with their text" in said
    assert "until 365 days after you leave" in said
    assert "Thanks that you gave" not in said  # there are none


async def test_the_card_is_in_the_members_language_and_fits_when_everything_is_there(stage: Stage) -> None:
    one = await stage.joins("one", locale="ja")
    await stage.sends(one, f"about:{await stage.member(one)}", GOOD)
    said = text_of(await stage.types(one, "tsudoi", "privacy"))
    assert "自己紹介（ご自身が書いた文章）（1件）\n　　保存期間：メンバーでいる間" in said


async def test_another_members_buttons_are_refused(stage: Stage) -> None:
    one, two = await stage.joins("one"), await stage.joins("two")
    member = await stage.member(one)
    for action in ("privacy", "privacy_choices", "privacy_ask", "privacy_sure", "privacy_file"):
        assert "somebody else" in text_of(await stage.acts(two, f"{action}:{member}"))
    await stage.acts(two, f"privacy_set:{member}:digest:off")
    await stage.sends(two, f"privacy_sure:{member}", {"word": "erase"})
    assert await stage.member(one) == member
    assert await stage.look(lambda db: db.choices.of(member)) == {}


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
async def test_each_choice_is_turned_and_turned_back(stage: Stage, choice: object) -> None:
    name = choice.name  # type: ignore[attr-defined]
    one = await stage.joins("one")
    member = await stage.member(one)
    card = card_of(await stage.acts(one, f"privacy_choices:{member}"))
    for value, mark in (("off", "☐"), ("on", "☑")):
        actions = [b.action for part in card.parts if isinstance(part, Buttons) for b in part.buttons]  # type: ignore[union-attr]
        assert f"privacy_set:{member}:{name}:{value}" in actions
        card = card_of(await stage.acts(one, f"privacy_set:{member}:{name}:{value}"))
        assert text_of(card).count(mark) == (1 if value == "off" else len(CHOICES))


async def test_a_choice_that_does_not_exist_is_not_stored(stage: Stage) -> None:
    one = await stage.joins("one")
    member = await stage.member(one)
    await stage.acts(one, f"privacy_set:{member}:everything:off")
    await stage.acts(one, f"privacy_set:{member}:digest:perhaps")
    assert await stage.look(lambda db: db.choices.of(member)) == {}


async def test_the_file_follows_a_message_and_stays_nowhere(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, two = await stage.joins("one"), await stage.joins("two")
    member = await stage.member(one)
    await stage.sends(one, f"about:{member}", GOOD)
    await ask(stage, one, "Where is my hat?", "It is green and very old, I think.")
    await ask(stage, two, "Where is my shoe?", "It is blue and very new, I think.")
    stage.sent.clear()
    await stage.acts(one, f"privacy_file:{member}")
    message, order = stage.sent
    assert isinstance(message, DirectMessage)
    assert isinstance(order, MakeFile)
    assert order.place.channel == f"D-{one.id}"
    made = json.loads(await Files(stage.db, At(stage)).make(order.recipe))  # type: ignore[arg-type]  # it only tells the time
    assert made["tables"]["questions"]["rows"][0]["title"] == "Where is my hat?"
    assert made["tables"]["profiles"]["rows"][0]["purpose"] == GOOD["purpose"]
    assert "shoe" not in json.dumps(made)
    assert "two" not in json.dumps(made)
    async with stage.db.reading() as conn:
        kept = (await conn.execute(sa.select(outbox.c.effect).where(outbox.c.key.contains("privacy_file")))).scalars()
        assert not [effect for effect in kept if "green" in effect]


async def test_the_word_has_to_be_typed_and_then_nothing_is_left(stage: Stage) -> None:
    one = await stage.joins("one")
    member = await stage.member(one)
    asked = text_of(await stage.acts(one, f"privacy_ask:{member}"))
    assert "This goes" in asked
    assert "a mark" in asked
    form = form_of(await stage.acts(one, f"privacy_sure:{member}"))
    assert isinstance(await stage.sends(one, form, {"word": "no"}), Invalid)
    assert await stage.member(one) == member
    said = await stage.sends(one, form, {"word": " Erase "})
    assert isinstance(said, Say)
    assert "your data is erased" in text_of(said)
    async with stage.db.reading() as conn:
        assert (await conn.execute(sa.select(accounts))).all() == []


async def test_in_japanese_the_word_is_japanese(stage: Stage) -> None:
    one = await stage.joins("one", locale="ja")
    form = form_of(await stage.acts(one, f"privacy_sure:{await stage.member(one)}"))
    assert "削除" in form.fields[0].label
    assert "削除が完了しました" in text_of(await stage.sends(one, form, {"word": "「削除」"}))


async def test_the_home_tab_is_blank_and_nobody_knows_whose(stage: Stage) -> None:
    one = await stage.joins("one")
    stage.sent.clear()
    await stage.sends(one, f"privacy_sure:{await stage.member(one)}", {"word": "erase"})
    (home,) = [effect for effect in stage.sent if isinstance(effect, ShowHome)]
    assert "Your data is erased" in text_of(home.card)
    async with stage.db.reading() as conn:
        rows = (await conn.execute(sa.select(outbox))).all()
    assert not [row for row in rows if one.id in str(row)]


# ---- afterwards


async def gone(stage: Stage, name: str = "one") -> tuple[object, ...]:
    one = await stage.joins(name)
    await stage.sends(one, f"privacy_sure:{await stage.member(one)}", {"word": "erase"})
    return (one,)


async def everybody(stage: Stage) -> int:
    async with stage.db.reading() as conn:
        return len((await conn.execute(sa.select(members))).all())


async def test_what_an_erased_account_does_in_passing_is_seen_by_no_feature(stage: Stage) -> None:
    (one,) = await gone(stage)
    two = await stage.joins("two")
    before = await stage.look(lambda db: db.activity.count("message.posted"))
    said = await stage.says(one, "Hello, can somebody help me with webhooks?", channel="questions")  # type: ignore[arg-type]
    await stage.says(two, "Of course!", to=said, mentions=(one,), reply_to_author=one)
    assert await everybody(stage) == 1
    assert await stage.look(lambda db: db.activity.count("message.posted")) == before + 1  # type: ignore[operator]


async def test_an_old_join_that_is_read_again_brings_nobody_back_and_a_new_one_does(stage: Stage) -> None:
    (one,) = await gone(stage)
    old = Profile(user=one, name="one", joined_at=stage.now.replace(year=2020))  # type: ignore[arg-type]
    await stage.happens(MemberJoined(key="again", at=stage.now, workspace=one.home, member=old))  # type: ignore[attr-defined]
    assert await everybody(stage) == 0
    stage.now = stage.now.replace(hour=5)
    await stage.joins("one", joined_at=stage.now)
    assert await everybody(stage) == 1
    await stage.says(one, "hi")  # type: ignore[arg-type]
    assert await everybody(stage) == 1


async def test_a_deliberate_act_is_answered_kindly_and_can_begin_anew(stage: Stage) -> None:
    (one,) = await gone(stage)
    said = await stage.types(one, "tsudoi", "me")  # type: ignore[arg-type]
    assert "Your data is erased" in text_of(said)
    assert await everybody(stage) == 0
    assert "Welcome back" in text_of(await stage.presses(one, card_of(said), BEGIN))  # type: ignore[arg-type]
    async with stage.db.reading() as conn:
        waiting = (await conn.execute(sa.select(inbox.c.payload).where(inbox.c.state == "new"))).scalars().all()
    (joined,) = [load_arrival(payload) for payload in waiting if payload]
    assert isinstance(joined, MemberJoined)
    await stage.happens(joined)
    assert await everybody(stage) == 1
    assert "What I know" in text_of(await stage.types(one, "tsudoi", "me"))  # type: ignore[arg-type]


async def test_begin_anew_by_somebody_who_was_never_erased_changes_nothing(stage: Stage) -> None:
    one = await stage.joins("one")
    await stage.acts(one, BEGIN)
    async with stage.db.reading() as conn:
        assert (await conn.execute(sa.select(inbox).where(inbox.c.state == "new"))).all() == []


async def test_an_erased_account_of_another_community_or_platform_is_another(stage: Stage) -> None:
    await gone(stage)
    await stage.joins("one", DISCORD)
    assert await everybody(stage) == 1


def test_a_message_loses_only_those_who_are_gone() -> None:
    """What is dropped of an event of somebody else is a value of its own, not the event."""
    assert {field.name for field in msgspec.structs.fields(MessagePosted)} >= {"mentions", "reply_to_author", "author"}


async def test_who_would_lose_a_seat_by_an_erasure_is_told_so(stage: Stage) -> None:
    one = await stage.joins("one")
    member = await stage.member(one)
    assert "your seat in the community" not in text_of(await stage.acts(one, f"privacy_ask:{member}")), "no cap"
    stage.settings = msgspec.structs.replace(stage.settings, membership=MembershipSettings(cap=1))
    assert "your seat in the community" in text_of(await stage.acts(one, f"privacy_ask:{member}"))
    await stage.sends(one, f"privacy_sure:{member}", {"word": "erase"})
    await stage.joins("two")
    assert "you begin on the waiting list" in text_of(await stage.acts(one, BEGIN))


async def test_hints_about_words_come_back_here_and_nobody_counts_who_has_them(stage: Stage) -> None:
    one = await stage.joins("one")
    member = await stage.member(one)
    await stage.acts(one, f"kind_off:{member}")
    assert "☐ Hints about words" in text_of(await stage.acts(one, f"privacy_choices:{member}"))
    back = text_of(await stage.acts(one, f"privacy_set:{member}:kind_words:on"))
    assert "☑ Hints about words" in back
    async with stage.db.reading() as conn:
        kinds = (await conn.execute(sa.select(activity.c.kind))).scalars().all()
    assert "member.chose" not in kinds

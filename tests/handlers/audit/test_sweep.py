"""What moderators do to others elsewhere is written down, seen before, and taken back where that is possible."""

from chat.answers import Answer
from chat.effects import DirectMessage
from chat.ids import UserRef
from community.recognition.first_pins import Verdict
from storage.audit import StoredDeed
from storage.people.welcomers import RotaEntry
from tests.handlers.settings.setting import boss, owner
from tests.handlers.stage import Stage, card_of, text_of


async def newest(stage: Stage) -> StoredDeed:
    found = await stage.look(lambda db: db.audit.page(limit=1))
    assert isinstance(found, list)
    deed = found[0]
    assert isinstance(deed, StoredDeed)
    return deed


async def undoes(stage: Stage, user: UserRef, deed: StoredDeed) -> str:
    return text_of(await stage.acts(user, f"undo:{deed.id}"))


async def welcomers(stage: Stage, user: UserRef, **options: str) -> Answer:
    return await stage.types(user, "community", "welcomers", **options)


async def test_a_welcomer_is_asked_after_a_preview_and_the_rota_is_as_before_after_an_undo(stage: Stage) -> None:
    user, emi = await boss(stage), await stage.joins("emi")
    member = await stage.member(emi)
    stage.sent.clear()
    would = card_of(await welcomers(stage, user, add="@emi", cap="2"))
    assert stage.took(DirectMessage) == []
    done = card_of(await stage.presses(user, would, "rota_do"))
    assert len(stage.took(DirectMessage)) == 1
    deed = await newest(stage)
    assert (deed.what.deed, deed.what.member_id, deed.what.after) == ("welcomer.asked", member, "2")
    assert "off the rota again" in text_of(await stage.presses(user, done, "undo"))
    assert await stage.look(lambda db: db.welcomers.entry(member)) is None
    assert "has undone this already" in await undoes(stage, user, deed)


async def test_a_removed_welcomer_comes_back_as_before(stage: Stage) -> None:
    user, emi = await boss(stage), await stage.joins("emi")
    member = await stage.member(emi)
    await stage.look(lambda db: db.welcomers.put(RotaEntry(member, "active", 4), stage.now))
    gone = card_of(await welcomers(stage, user, remove="@emi"))
    assert await stage.look(lambda db: db.welcomers.entry(member)) is None
    assert "back on the rota" in text_of(await stage.presses(user, gone, "undo"))
    assert await stage.look(lambda db: db.welcomers.entry(member)) == RotaEntry(member, "active", 4)


async def test_a_cap_for_all_is_one_deed_for_each_and_undone_one_by_one(stage: Stage) -> None:
    user = await boss(stage)
    for name, cap in (("emi", 3), ("kei", 5)):
        member = await stage.member(await stage.joins(name))
        entry = RotaEntry(member, "active", cap)
        await stage.look(lambda db, entry=entry: db.welcomers.put(entry, stage.now))  # type: ignore[misc]
    would = await welcomers(stage, user, cap="1")
    assert "changes it for 2 of them" in text_of(would)
    await stage.presses(user, card_of(would), "rota_do")
    deed = await newest(stage)
    assert (deed.what.before, deed.what.after) == ("5", "1")
    assert "as before" in await undoes(stage, user, deed)
    kept = await stage.look(lambda db: db.welcomers.rota())
    assert isinstance(kept, list)
    assert sorted(entry.cap for entry in kept) == [1, 5]
    await stage.acts(user, f"rota_do:add:{deed.what.member_id}:9")
    assert "changed again since" in await undoes(stage, await owner(stage), (await second(stage)))


async def second(stage: Stage) -> StoredDeed:
    """Return the deed of the other welcomer, which nobody has undone, after its cap was changed by hand."""
    found = await stage.look(lambda db: db.audit.page(limit=9, deed="welcomer.capped"))
    assert isinstance(found, list)
    deed = next(deed for deed in found if deed.what.before == "3")
    assert isinstance(deed, StoredDeed)
    await stage.look(lambda db: db.welcomers.put(RotaEntry(deed.what.member_id or 0, "active", 7), stage.now))
    return deed


async def test_a_forged_press_changes_no_rota(stage: Stage) -> None:
    user = await boss(stage)
    for raw in ("rota_do", "rota_do:add:1:0", "rota_do:add:999:3", "rota_do:cap:0:9999", "rota_do:x:y:z"):
        await stage.acts(user, raw)
    assert await stage.look(lambda db: db.welcomers.rota()) == []


async def test_a_skipped_digest_is_written_down_once_and_taken_back(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    await stage.types(user, "community", "digest", do="skip")
    await stage.types(user, "community", "digest", do="skip")
    deed = await newest(stage)
    assert deed.what.deed == "digest.skipped"
    assert "The digest comes on" in await undoes(stage, other, deed)
    again = await newest(stage)
    assert again.what.deed == "deed.undone"
    await stage.types(user, "community", "digest", do="skip")
    skipped = await newest(stage)
    week = skipped.what.subject.partition(":")[2]
    await stage.acts(other, f"digest_skip:{week}:off")
    assert "changed again since" in await undoes(stage, user, skipped)


async def test_opening_words_come_back(stage: Stage) -> None:
    user = await boss(stage)
    week = (await stage.look(lambda db: db.audit.kinds())) or []
    assert week == []
    await stage.types(user, "community", "digest", do="skip")
    name = (await newest(stage)).what.subject.partition(":")[2]
    await stage.sends(user, f"digest_edit:{name}", {"words": "Good morning!"})
    edited = await newest(stage)
    assert (edited.what.deed, edited.what.after) == ("digest.edited", "Good morning!")
    assert "begins as before" in await undoes(stage, user, edited)


async def test_what_was_said_of_a_candidate_comes_back(stage: Stage) -> None:
    user, emi = await boss(stage), await stage.joins("emi")
    member = await stage.member(emi)
    await stage.acts(user, f"pin_later:{member}")
    await stage.acts(user, f"pin_yes:{member}")
    deed = await newest(stage)
    assert (deed.what.before, deed.what.after) == (Verdict.NOT_NOW.value, Verdict.ACCEPTED.value)
    assert "as before" in await undoes(stage, user, deed)
    said = await stage.look(lambda db: db.pins.said())
    assert isinstance(said, dict)
    assert said[member].verdict is Verdict.NOT_NOW
    assert "has undone this already" in await undoes(stage, user, deed)

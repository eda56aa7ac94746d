"""A deed is taken back once, by whoever is faster; a feature may say why it no longer can."""

import pytest

from chat.ids import UserRef
from chat.text import RichText
from handlers.audit import audit_feature
from handlers.context import Context
from handlers.readers import Reader
from handlers.routes import CannotUndoError, Feature, Routes
from storage.audit import Deed, StoredDeed
from tests.handlers.stage import DISCORD, SLACK, Stage, text_of

DEED = "light.off"
SENTENCE = {DEED: "{who} put out the light."}


class Lamp:
    """Something that moderators put out and light again."""

    def __init__(self) -> None:
        self.lit = False

    async def light(self, _ctx: Context, _who: Reader, _deed: StoredDeed) -> RichText:
        if self.lit:
            raise CannotUndoError(RichText(("It burns again.",)))
        self.lit = True
        return RichText(("It is light.",))


def furnish(stage: Stage, lamp: Lamp) -> None:
    feature = Feature("lamp", routes=(), deeds=SENTENCE, undoes={DEED: lamp.light})
    stage.routes = Routes.of((feature, audit_feature((feature,))))


async def put_out(stage: Stage, key: str = "k", kind: str = DEED) -> int:
    found = await stage.look(lambda unit: unit.audit.record(Deed(kind, stage.now, None, "lamp"), key=key))
    assert isinstance(found, int)
    return found


async def deeds(stage: Stage) -> list[StoredDeed]:
    found = await stage.look(lambda unit: unit.audit.page(limit=5))
    assert isinstance(found, list)
    return found


async def moderator(stage: Stage, name: str = "mod") -> UserRef:
    return await stage.joins(name, SLACK, is_admin=True)


async def test_a_deed_is_undone_once_and_by_whom_is_known(stage: Stage) -> None:
    lamp, mod, other = Lamp(), await moderator(stage), await stage.joins("kim", DISCORD, badges=frozenset({"keepers"}))
    furnish(stage, lamp)
    deed = await put_out(stage)
    assert text_of(await stage.acts(mod, f"undo:{deed}")) == "It is light."
    again = text_of(await stage.acts(other, f"undo:{deed}"))
    assert "has undone this already" in again
    assert "mod" in again
    newest, first = await deeds(stage)
    assert (newest.what.deed, newest.what.after, newest.what.actor) == (
        "deed.undone",
        str(deed),
        await stage.member(mod),
    )
    assert (first.undone_at, first.undone_by) == (stage.now, await stage.member(mod))


async def test_what_cannot_be_undone_any_more_says_why_and_stands(stage: Stage) -> None:
    lamp, mod = Lamp(), await moderator(stage)
    lamp.lit = True
    furnish(stage, lamp)
    deed = await put_out(stage)
    assert text_of(await stage.acts(mod, f"undo:{deed}")) == "It burns again."
    (stored,) = await deeds(stage)
    assert stored.undone_at is None


@pytest.mark.parametrize("forged", ["undo", "undo:", "undo:999999", "undo:abc", "undo:99999999999999999999"])
async def test_a_forged_button_undoes_nothing(stage: Stage, forged: str) -> None:
    mod = await moderator(stage)
    furnish(stage, Lamp())
    assert "no longer in the records" in text_of(await stage.acts(mod, forged))


async def test_a_member_undoes_nothing_and_a_kind_without_an_undo_says_so(stage: Stage) -> None:
    lamp, mod, aki = Lamp(), await moderator(stage), await stage.joins("aki")
    furnish(stage, lamp)
    deed = await put_out(stage)
    assert "for moderators" in text_of(await stage.acts(aki, f"undo:{deed}"))
    assert not lamp.lit
    other = await put_out(stage, "k2", "window.broken")
    assert "cannot be undone" in text_of(await stage.acts(mod, f"undo:{other}"))


async def test_a_preview_can_be_left(stage: Stage) -> None:
    assert "nothing was changed" in text_of(await stage.acts(await stage.joins("aki"), "leave_it"))


def test_a_deed_that_can_be_undone_has_a_sentence_and_one_feature_only() -> None:
    lamp = Lamp()
    with pytest.raises(ValueError, match="no sentence"):
        audit_feature((Feature("lamp", routes=(), undoes={DEED: lamp.light}),))
    with pytest.raises(ValueError, match="another feature"):
        audit_feature((Feature("a", routes=(), deeds=SENTENCE), Feature("b", routes=(), deeds=SENTENCE)))

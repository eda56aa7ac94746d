"""The stores of onboarding on PostgreSQL: one newcomer's whole way, as on SQLite."""

from datetime import timedelta

from chat.effects import DirectMessage, Post
from tests.handlers.settings.setting import sets
from tests.handlers.stage import GOOD, Stage, card_of, text_of


async def test_a_newcomers_whole_way_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        boss, emi = await stage.joins("boss", is_admin=True), await stage.joins("emi")
        asked = await stage.types(boss, "community", "welcomers", add="@emi")
        await stage.presses(boss, card_of(asked), "rota_do")
        (invitation,) = stage.took(DirectMessage)
        await stage.presses(emi, invitation.card, "rota_yes")
        aki = await stage.joins("aki")
        member = await stage.member(aki)
        for _ in range(2):
            await stage.acts(aki, f"agree:{member}")
            await stage.sends(aki, f"about:{member}", GOOD)
        await stage.sends(aki, f"levels:{member}:0", {"python": "expert"})
        await stage.sends(aki, f"rhythm:{member}", {"language": "ja", "zone": "Tokyo", "quiet": "22-8"})
        await stage.says(aki, "how do I start?")
        assert [post.place.channel for post in stage.took(Post)][-1] == "C-introductions"
        await stage.passes(timedelta(days=1, minutes=1))
        ask = next(dm for dm in stage.took(DirectMessage) if dm.user == emi)
        await stage.presses(emi, card_of(ask), "ask_yes")
        await stage.says(emi, "hi", mentions=(aki,))
        assert await stage.look(lambda db: db.welcomers.open_cases()) == []
        await stage.sends(aki, f"about:{member}", {**GOOD, "consent": "no"})
        await stage.sends(aki, f"about:{member}", GOOD)
        await sets(stage, boss, "language", "ja")
        status = text_of(await stage.types(boss, "community", "status"))
        assert "1人が参加" in status or "3人が参加" in status
        await stage.passes(timedelta(days=5))
        assert len([dm for dm in stage.took(DirectMessage) if dm.user == aki]) == 0
    finally:
        await stage.db.close()

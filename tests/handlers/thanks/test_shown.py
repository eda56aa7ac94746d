"""What the platforms are sent, in both languages: nothing that somebody typed acts as markup or calls anybody."""

from __future__ import annotations

import json

import pytest

from chat.card import Card
from chat.discord.render import render_card as render_discord
from chat.effects import DirectMessage, Post
from chat.ids import Platform, Workspace
from chat.slack.render import render_card as render_slack
from storage.recognition.digest_week import WeekStore
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of
from tests.handlers.thanks.thanking import is_shy, reacts, spot, thank

HOSTILE = "<!channel> @everyone <@U1> *bold* `code` [x](http://evil.example) ||hidden||"
BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])


def written(card: Card, workspace: Workspace) -> str:
    """Return what goes to a platform."""
    if workspace.platform is Platform.SLACK:
        return json.dumps(render_slack(card, workspace.id), ensure_ascii=False)
    return json.dumps(render_discord(card, workspace), ensure_ascii=False)


@BOTH
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_card_can_be_shown_and_words_stay_words(stage: Stage, workspace: Workspace, language: str) -> None:
    aki = await stage.joins("aki", workspace, locale=language)
    ben = await stage.joins("ben", workspace, locale=language, shown="<!here> *ben* @everyone")
    cho = await stage.joins("cho", workspace, locale=language)
    await is_shy(stage, cho)
    stage.sent.clear()
    cards = [card_of(await thank(stage, aki, "")), card_of(await thank(stage, aki, ben.id, HOSTILE))]
    cards.append(card_of(await thank(stage, aki, cho.id, HOSTILE)))
    cards.append(card_of(await thank(stage, aki, "<!channel>*x*", HOSTILE)))
    await stage.says(aki, "Thank you!", mentions=(ben,))
    cards += [e.card for e in stage.sent if isinstance(e, Post | DirectMessage)]
    assert len(cards) == 7
    for card in cards:
        shown = written(card, workspace)
        assert "<!channel>" not in shown
        assert "<!here>" not in shown
        assert "@everyone" not in shown or workspace is SLACK, "Slack calls nobody by that word"
        assert "<@U1>" not in shown
    names = {user.id for card in cards for user in card.notify}
    assert names <= {ben.id}


@BOTH
async def test_the_longest_words_fit_in_form_and_line(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace, shown="n" * 80)
    stage.sent.clear()
    form = form_of(await thank(stage, aki, ben.id))
    await stage.sends(aki, form, {"words": "&<>" * 100})
    (post,) = stage.took(Post)
    assert "&amp;&lt;&gt;" in written(post.card, SLACK)
    assert written(post.card, DISCORD)


async def test_the_digest_reads_what_stands_and_where_it_was_said(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    await thank(stage, aki, ben.id, "the tea")
    ref = await stage.says(ben, "Here is how it works.")
    await reacts(stage, aki, ref, ben)
    receipt = card_of(await thank(stage, aki, ben.id, "the cake"))
    await stage.presses(aki, receipt, "thanks_back")
    async with stage.db.reading() as conn:
        told = await WeekStore(conn, stage.settings.id).thanks(stage.now.replace(year=2000), stage.now)
    assert [(t.giver, t.receiver, t.words) for t in told] == [
        (await stage.member(aki), await stage.member(ben), words) for words in ("the tea", "")
    ]
    assert [t.about.place if t.about else None for t in told] == [spot(SLACK), ref.place]

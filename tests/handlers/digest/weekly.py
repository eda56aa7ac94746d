"""A community with a channel for digests on both platforms, in two ways of speaking, for tests that let weeks pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import insert, update

from chat.card import Card
from chat.effects import Post
from chat.ids import MessageRef, Place, Platform, UserRef
from community.config import CommunitySettings
from community.hours.schedule import Standing
from handlers import FEATURES
from handlers.context import Context
from storage.codec import dump
from storage.people.choices import DIGEST, OFF
from storage.tables.recognition import peaks, thanks
from tests.handlers.questions.asked import within
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage

CHANNEL = "general"
MONDAY = datetime(2026, 12, 7, 0, 0, tzinfo=UTC)  # nine in the morning in Tokyo
A_WEEK = timedelta(weeks=1)
STANDING: tuple[Standing, ...] = tuple(one for feature in FEATURES for one in feature.standing)


def with_digest(settings: CommunitySettings, **languages: str) -> CommunitySettings:
    """Return settings with a digest on both platforms; ``slack`` and ``discord`` say in which language."""
    workspaces = []
    for workspace in settings.workspaces:
        spoken = languages.get(workspace.workspace.platform.value)
        channels = msgspec.structs.replace(
            workspace.channels,
            digest=CHANNEL,
            languages={**workspace.channels.languages, **({CHANNEL: spoken} if spoken else {})},
        )
        workspaces.append(msgspec.structs.replace(workspace, channels=channels))
    return msgspec.structs.replace(settings, workspaces=tuple(workspaces))


def prepare(stage: Stage, **languages: str) -> Stage:
    """Let digests come to a stage."""
    stage.settings = with_digest(stage.settings, **languages)
    stage.standing = [one for one in STANDING if one.kind.startswith("digest")]
    return stage


async def introduced(stage: Stage, name: str, platform: Platform = Platform.SLACK) -> UserRef:
    """Let somebody join, agree and introduce themself."""
    user = await stage.joins(name, SLACK if platform is Platform.SLACK else DISCORD)
    member = await stage.member(user)
    await stage.acts(user, f"agree:{member}")
    await stage.sends(user, f"about:{member}", {**GOOD, "introduction": f"I am {name}."})
    return user


async def opts_out(stage: Stage, user: UserRef) -> None:
    """Let somebody say that they are not to be named."""
    member = await stage.member(user)

    async def choose(ctx: Context) -> None:
        await ctx.db.choices.set(member, DIGEST, OFF, ctx.now)

    await within(stage, choose)


async def thanked(stage: Stage, giver: UserRef, receiver: UserRef, words: str = "", *, openly: bool = True) -> None:
    """Let somebody thank somebody, where all can read it or in private."""
    place = Place(giver.platform, giver.workspace, "C-general")
    row = {
        "community": stage.settings.id,
        "key": stage.key(),
        "giver_id": await stage.member(giver),
        "receiver_id": await stage.member(receiver),
        "words": words,
        "via": "command",
        "state": "given",
        "message": dump(MessageRef(place, "m1")) if openly else None,
        "openly": openly,
        "at": stage.now,
    }
    async with stage.db.writing() as conn:
        await conn.execute(insert(thanks).values(row))


async def celebrated(stage: Stage, who: UserRef, words: str, state: str = "posted") -> int:
    """Let somebody be nominated for a peak moment, agree, and be presented."""
    row = {
        "community": stage.settings.id,
        "key": stage.key(),
        "kind": "nominated",
        "member_id": await stage.member(who),
        "words": words,
        "data": "{}",
        "state": state,
        "at": stage.now,
        "changed_at": stage.now,
    }
    async with stage.db.writing() as conn:
        made: int = (await conn.execute(insert(peaks).values(row).returning(peaks.c.id))).scalar_one()
    return made


async def takes_back_thanks(stage: Stage) -> None:
    """Let all thanks be taken back."""
    async with stage.db.writing() as conn:
        await conn.execute(update(thanks).values(state="withdrawn"))


def digests_of(stage: Stage) -> dict[Platform, Card]:
    """Return the digests that were posted, and forget everything that was sent. At most one for each platform."""
    found: dict[Platform, Card] = {}
    for post in stage.took(Post):
        if post.place.channel == f"C-{CHANNEL}" and any(_is_of_digest(part) for part in post.card.parts):
            assert post.place.platform not in found, "two digests at one place"
            found[post.place.platform] = post.card
    return found


def _is_of_digest(part: object) -> bool:
    return "digest_mine:" in str(part)

"""A backup that failed is told to moderators in words they can pass on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from chat.effects import Post
from community.signals import TimerDue
from tests.handlers.stage import Stage, text_of

Build = Callable[..., Awaitable[Stage]]


@pytest.mark.parametrize(
    ("language", "title", "again"),
    [
        ("en", "Today's backup could not be made", "I try again every ten minutes"),
        ("ja", "今日のバックアップを取れませんでした", "10分ごとにやり直します"),
    ],
)
async def test_moderators_hear_why_and_what_to_do(build: Build, language: str, title: str, again: str) -> None:
    stage = await build(language=language)
    data = {"reason": "backup.folder: /b cannot be made", "incident": "1a2b3c4d"}
    await stage.happens(
        TimerDue(key="backup.failed:2026-12-03", at=stage.now, kind="backup.failed", subject="-", data=data)
    )
    (post,) = stage.took(Post)
    shown = text_of(post.card)
    for words in (title, again, "backup.folder: /b cannot be made", "1a2b3c4d", "tsudoi backup"):
        assert words in shown

"""A file is given to the app that has the token, and to a person who follows its link on the sandbox's page."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.slack import bot_token
from tests.sandbox.slack_setup import SPACE, sandbox

APP = {"Authorization": f"Bearer {bot_token(SPACE)}"}
PAGE, ELSEWHERE = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(("headers", "status"), [(APP, 200), (PAGE, 200), (ELSEWHERE, 302), ({}, 302)])
async def test_who_is_given_a_file(headers: dict[str, str], status: int) -> None:
    async with sandbox() as setup, aiohttp.ClientSession() as session:
        said = setup.face.say(setup.join(), "general", "see", files=({"name": "list.html", "content": b"<p>"},))
        link = said.files[0]["url_private"]
        async with session.get(link, headers=headers, allow_redirects=False) as reply:
            assert reply.status == status
            if status == 200:
                assert await reply.read() == b"<p>"
                assert reply.headers["Content-Security-Policy"] == "sandbox"
                assert reply.headers["X-Content-Type-Options"] == "nosniff"

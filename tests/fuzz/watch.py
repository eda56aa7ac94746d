"""Looks at everything that leaves the bot: nothing that a member wrote may come back as a mention, a link or markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chat.discord.rest import Rest
from chat.slack.web import SlackWeb
from tests.fuzz.hostile import BOLD, LINK, SNOWFLAKE, STRANGER, Json

# Slack's markup knows no escape for * _ ~ and `, so a member's own emphasis may come back; mentions and labels may not
_SLACK_MARKS = ("<!channel", "<!here", "<!everyone", f"<@{STRANGER}>", "<!subteam^S666>", f"<{LINK}|")
_DISCORD_MARKS = (
    f"<@{SNOWFLAKE}>",
    f"<@&{SNOWFLAKE}>",
    f"[click]({LINK})",
    f"**{BOLD}**",
    f"||{BOLD}||",
    f"\n# {BOLD}",
)
_ESCAPED = re.compile(r"\\[*|\[<`#]")
_CODE = re.compile(r"`[^`\n]+`")  # what stands in code is shown as it was typed
_OPAQUE = frozenset(
    {
        "private_metadata",
        "callback_id",
        "action_id",
        "block_id",
        "value",
        "metadata",
        "custom_id",
        "initial_value",
        "trigger_id",
    }
)


class Watch:
    """What was sent, and what of it should not have been."""

    def __init__(self) -> None:
        self.sent = 0
        self.faults: list[str] = []

    def slack(self, method: str, body: Json) -> None:
        """Look at the arguments of a method."""
        self.sent += 1
        for text in _marked_up(body):
            self.faults.extend(f"{method}: {mark} in {text[:200]!r}" for mark in _SLACK_MARKS if mark in text)

    def discord(self, method: str, path: str, body: Any) -> None:  # noqa: ANN401 - JSON
        """Look at the body of a request."""
        self.sent += 1
        for message in _messages(body):
            if (message.get("allowed_mentions") or {}).get("parse") != []:
                self.faults.append(f"{method} {path}: mentions are not switched off")
            for text in _displayed(message):
                read = _CODE.sub("", _ESCAPED.sub("", f"\n{text}"))
                self.faults.extend(
                    f"{method} {path}: {mark} in {text[:200]!r}" for mark in _DISCORD_MARKS if mark in read
                )


def _marked_up(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield each text in which Slack reads markup."""
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            return
        for key, inner in value.items():
            if key not in _OPAQUE:
                yield from _marked_up(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _marked_up(inner)
    elif isinstance(value, str):
        yield value


def _messages(value: Any) -> Iterator[Json]:  # noqa: ANN401 - JSON
    """Yield each message in a body: it has components, and is no form."""
    if isinstance(value, dict):
        shown = "components" in value and "title" not in value  # a form has a title
        if shown and ("allowed_mentions" in value or value.get("flags")):
            yield value
        for key in ("data", "message"):
            yield from _messages(value.get(key))


def _displayed(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if isinstance(value.get("content"), str):
            yield value["content"]
        for inner in value.values():
            yield from _displayed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _displayed(inner)


class OfflineWeb(SlackWeb):
    """Slack's Web API without Slack: everything is watched, and everything works."""

    def __init__(self, real: SlackWeb, watch: Watch) -> None:
        super().__init__("xoxb-none", real.api_url)
        self._real = real
        self._watch = watch
        self._n = 0

    async def call(self, method: str, *, http_verb: str = "POST", **arguments: Any) -> Json:  # noqa: ANN401 - as the base
        if http_verb == "POST":
            self._watch.slack(method, arguments)
        self._n += 1
        user = str(arguments.get("user") or arguments.get("users") or "U1")
        return {
            "ok": True,
            "ts": f"18000{self._n:05}.000100",
            "message_ts": f"18000{self._n:05}.000100",
            "channel": {"id": f"D{user[:20]}"} if method == "conversations.open" else arguments.get("channel"),
            "view": {"id": f"V{self._n}"},
            "user": {"id": user, "name": user, "locale": "ja-JP"},
            "users": [],
            "usergroups": [],
            "upload_url": "https://files.invalid/",
            "file_id": f"F{self._n}",
        }

    async def pages(self, method: str, field: str, **arguments: Any) -> Any:  # noqa: ANN401 - an async iterator
        async for page in self._real.pages(method, field, **arguments):
            yield page

    async def respond(self, response_url: str, body: Json) -> None:
        del response_url
        self._watch.slack("response_url", body)

    async def put(self, upload_url: str, content: bytes) -> None:
        del upload_url, content

    async def close(self) -> None:
        await super().close()
        await self._real.close()


class OfflineRest(Rest):
    """Discord's REST API without Discord."""

    def __init__(self, real: Rest, watch: Watch) -> None:
        super().__init__(real._http)
        self._watch = watch
        self._n = 0

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Any = None,  # noqa: ANN401 - as the base
        form: list[dict[str, Any]] | None = None,
        **ids: str,
    ) -> Any:  # noqa: ANN401 - as the base
        if method == "GET":
            try:
                return await super().call(method, path, params=params, form=None, **ids)
            finally:
                self._watch.sent += 1
        self._watch.discord(method, path, json)
        del form
        self._n += 1
        made = str(1_200_000_000_000_000_000 + self._n)
        return {"id": made, "name": "x", "type": 11, "message": {"id": made}, "attachments": []}

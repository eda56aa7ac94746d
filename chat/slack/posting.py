"""What the bot says: posts, threads, redraws, reactions, files, home tabs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chat.card import Card
from chat.effects import NativeEvent
from chat.ids import MessageRef, Place, UserRef, Workspace
from chat.port import RefusedError, UncertainError, UnreachableError
from chat.slack import emoji, mrkdwn, render
from chat.slack.groups import Groups
from chat.slack.identity import stamp
from chat.text import RichText

Json = dict[str, Any]

METADATA_EVENT = "tsudoi_post"
BEFORE = timedelta(seconds=60)  # the clocks of machine and platform may differ so much
SHARES = 8  # times to ask in which message a file was shown; Slack tells it a little later
SHARE_WAIT = 0.25  # seconds, doubled each time up to 2


class Posting(Groups):
    """The outgoing half of the port."""

    async def post(self, place: Place, card: Card, *, key: str, only_for: UserRef | None = None) -> MessageRef:
        """Post a card. With ``only_for`` only that reader sees it (at most once: it cannot be found again)."""
        self.own(place)
        message = await self._drawn(card)
        if only_for is not None:
            self.own(only_for)
            shown = await self.web.call(
                "chat.postEphemeral",
                channel=place.channel,
                user=only_for.id,
                thread_ts=place.thread,
                **message,
            )
            return self.me.message(place.channel, str(shown["message_ts"]), place.thread)
        return await self._send(place.channel, message, {"key": key}, place.thread)

    async def dm(self, user: UserRef, card: Card, *, key: str) -> MessageRef:
        """Post a card to one member in private."""
        channel = await self.direct(user)
        return await self._send(channel, await self._drawn(card), {"key": key})

    async def open_thread(
        self, start: MessageRef | Place, title: str, card: Card, *, key: str, private_for: tuple[UserRef, ...] = ()
    ) -> MessageRef:
        """Open a thread with a first card; the place of the returned message is the thread.

        Slack threads have neither titles nor doors: the title leads the notification, and a private thread is a
        group conversation with those members, where the card is the root. ``find`` sees a reply in the thread of
        its message and a new root in its channel; a group is not looked through.
        """
        message = await self._drawn(card)
        message["text"] = mrkdwn.escape(f"{title}: {card.headline()}" if title else card.headline())
        if private_for:
            for user in private_for:
                self.own(user)
            opened = await self.web.call("conversations.open", users=",".join(user.id for user in private_for))
            root = await self._send(str(opened["channel"]["id"]), message, {"key": key, "root": True})
        elif isinstance(start, MessageRef):
            self.own(start.place)
            root_ts = start.place.thread or start.id
            return await self._send(start.place.channel, message, {"key": key}, root_ts)
        elif start.thread:  # no threads within threads
            self.own(start)
            return await self._send(start.channel, message, {"key": key}, start.thread)
        else:
            self.own(start)
            root = await self._send(start.channel, message, {"key": key, "root": True})
        return MessageRef(self.me.place(root.place.channel, root.id), root.id)

    async def mark_thread(self, thread: Place | MessageRef, title: str) -> None:
        """Do nothing: Slack's threads have no titles."""

    async def find(self, place: Place | UserRef, key: str, since: datetime) -> MessageRef | None:
        """Look for a post made with ``key`` since then; in a channel its own messages, in a thread the replies."""
        self.own(place)
        where = place if isinstance(place, Place) else self.me.place(await self.direct(place))
        async for page in self._said_since(where, since):
            for message in page:
                found = (message.get("metadata") or {}).get("event_payload") or {}
                own = message.get("user") == self.me.user or message.get("bot_id") == self.me.bot
                if found.get("key") == key and own:
                    ts = str(message["ts"])
                    return MessageRef(self.me.place(where.channel, ts if found.get("root") else where.thread), ts)
        return None

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Replace a message of the bot."""
        self.own(message.place)
        shown = await self._drawn(card)
        await self.web.call("chat.update", channel=message.place.channel, ts=message.id, **shown)

    async def remove(self, message: MessageRef) -> None:
        """Take a message of the bot away; one that is gone already is no error."""
        self.own(message.place)
        await self._quietly("chat.delete", {"message_not_found"}, channel=message.place.channel, ts=message.id)

    async def react(self, message: MessageRef, char: str, *, on: bool = True) -> None:
        """Put a reaction on a message, or take the bot's own back. Being so already is no error."""
        self.own(message.place)
        method, fine = ("reactions.add", {"already_reacted"}) if on else ("reactions.remove", {"no_reaction"})
        await self._quietly(method, fine, channel=message.place.channel, timestamp=message.id, name=emoji.to_name(char))

    async def put_event(self, workspace: Workspace, event: NativeEvent, *, event_id: str | None = None) -> str:
        """Slack has no scheduled events."""
        del workspace, event, event_id
        return ""

    async def upload(self, place: Place, name: str, content: bytes, *, comment: str, alt: str = "") -> MessageRef:
        """Put a file at a place: docs.slack.dev/messaging/working-with-files."""
        self.own(place)
        since = datetime.now(UTC)
        try:
            ticket = await self.web.call(
                "files.getUploadURLExternal", http_verb="GET", filename=name, length=len(content), alt_txt=alt or None
            )
            file = str(ticket["file_id"])
            await self.web.put(str(ticket["upload_url"]), content)
        except UncertainError as error:  # nobody sees a file before the last step, so all may be done again
            raise UnreachableError(str(error)) from error
        await self.web.call(
            "files.completeUploadExternal",
            files=[{"id": file, "title": name}],
            channel_id=place.channel,
            thread_ts=place.thread,
            initial_comment=mrkdwn.render(RichText((comment,)), self.me.team) or None,
        )
        return self.me.message(place.channel, await self._shown_in(file, place, since), place.thread)

    async def show_home(self, user: UserRef, card: Card) -> None:
        """Show a card as the member's home tab."""
        self.own(user)
        await self.web.call("views.publish", user_id=user.id, view=render.render_home(card, self.me.team))

    def link(self, message: MessageRef) -> str:
        """Return the web address of a message."""
        channel, thread = message.place.channel, message.place.thread
        link = f"{self.me.url}/archives/{channel}/p{message.id.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != message.id else link

    async def _drawn(self, card: Card) -> Json:
        return render.render_card(card, self.me.team, await self.groups_called(card))

    async def _send(self, channel: str, message: Json, payload: Json, thread: str | None = None) -> MessageRef:
        posted = await self.web.call(
            "chat.postMessage",
            channel=channel,
            thread_ts=thread,
            metadata={"event_type": METADATA_EVENT, "event_payload": payload},
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return MessageRef(self.me.place(str(posted["channel"]), thread), str(posted["ts"]))

    async def _quietly(self, method: str, fine: set[str], **arguments: Any) -> None:  # noqa: ANN401 - as JSON
        try:
            await self.web.call(method, **arguments)
        except RefusedError as refused:
            if refused.code not in fine:
                raise

    async def _shown_in(self, file: str, place: Place, since: datetime) -> str:
        wait = SHARE_WAIT
        for _ in range(SHARES):
            info = (await self.web.call("files.info", http_verb="GET", file=file)).get("file") or {}
            for shares in (info.get("shares") or {}).values():
                for shown in shares.get(place.channel) or ():
                    return str(shown["ts"])
            # the file's own list comes late now and then, and is left out for some sorts of channel
            async for page in self._said_since(place, since):
                for message in page:
                    if any(shown.get("id") == file for shown in message.get("files") or ()):
                        return str(message["ts"])
            await asyncio.sleep(wait)
            wait = min(2.0, wait * 2)
        return file  # it is there, only in which message was not told

    def _said_since(self, place: Place, since: datetime) -> AsyncIterator[list[Json]]:
        asked: Json = {"channel": place.channel, "oldest": stamp(since - BEFORE), "include_all_metadata": True}
        if place.thread:
            return self.web.pages("conversations.replies", "messages", **asked, ts=place.thread)
        return self.web.pages("conversations.history", "messages", **asked)

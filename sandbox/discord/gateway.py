"""The gateway: sessions, their events, and the websocket. https://discord.com/developers/docs/events/gateway."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.discord import payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.hub import GATEWAY, PRIVILEGED, Hub
from sandbox.discord.permissions import Permission
from sandbox.world import ChannelKind, Json, Space, monotonic_ms

GUILDS: Final = 1 << 0
MEMBERS: Final = 1 << 1
INVITES: Final = 1 << 6
PRESENCES: Final = 1 << 8
MESSAGES: Final = 1 << 9
REACTIONS: Final = 1 << 10
DM_MESSAGES: Final = 1 << 12
DM_REACTIONS: Final = 1 << 13
CONTENT: Final = 1 << 15
EVENTS: Final = 1 << 16
ALWAYS: Final = 0  # interactions come whatever the intents are
_KNOWN_INTENTS: Final = (1 << 26) - 1
_BLANK: Final = {"content": "", "embeds": [], "attachments": [], "components": []}
_RESUMABLE_MS: Final = 180_000  # how long a session without a connection can be taken up again
_KEPT_EVENTS: Final = 20_000
_CHUNK: Final = 1000
# As far away as a real gateway. discord.py notes the moment of a heartbeat in a thread of its own, after the sending:
# an answer over loopback overtakes the note, and is then measured from the heartbeat before.
_ACK_AFTER_S: Final = 0.1

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Session:
    """One session of the bot: what it asked for, and what it was sent."""

    id: str
    intents: int
    shard: tuple[int, int]
    seq: int = 0
    log: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))
    connection: Connection | None = None
    lost_at: int = 0

    def wants(self, intent: int, space: Space | None) -> bool:
        """Say whether an event of this intent in this server belongs to the session's shard."""
        if intent and not self.intents & intent:
            return False
        index, count = self.shard
        return space is None or count == 1 or (int(space.id) >> 22) % count == index

    def push(self, name: str, data: bytes) -> None:
        """Give an event its number, remember it for a resumption and send it if somebody listens."""
        self.seq += 1
        frame = b'{"op":0,"t":"%s","s":%d,"d":%s}' % (name.encode(), self.seq, data)
        self.log.append((self.seq, frame))
        if self.connection is not None:
            self.connection.send(frame)


class Connection:
    """One websocket and the frames that wait to be written to it."""

    def __init__(self, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self.socket = socket
        self._waiting: list[bytes] = []
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._deflate = zlib.compressobj(1) if compress else None

    def send(self, frame: bytes) -> None:
        """Queue a frame."""
        self._waiting.append(frame)
        self._woken.set()
        self._idle.clear()

    def send_json(self, op: int, data: Any = None) -> None:  # noqa: ANN401 - any JSON
        """Queue a frame that is not an event."""
        self.send(_encode({"op": op, "d": data, "s": None, "t": None}))

    async def write(self) -> None:
        """Write what is queued, in order, until cancelled or the socket is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                await self._woken.wait()
                self._woken.clear()
                frames, self._waiting = self._waiting, []
                for frame in frames:
                    if self._deflate is None:
                        await self.socket.send_str(frame.decode())
                    else:
                        packed = self._deflate.compress(frame) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                        await self.socket.send_bytes(packed)
                if not self._waiting:
                    self._idle.set()

    async def drained(self) -> None:
        """Wait until everything queued was handed to the socket."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), 0 if self.socket.closed else 5)


class Gateway:
    """All sessions of the bot."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.heartbeat_interval = 41_250
        self.sessions: dict[str, Session] = {}
        self.made = 0  # connections so far
        self._missed: list[tuple[str, bytes, bytes, int, Space]] = []
        hub.send_event = self.dispatch

    # ---- events

    def connected(self) -> bool:
        """Say whether a session has a connection."""
        return any(s.connection is not None for s in self.sessions.values())

    def dispatch(self, name: str, data: Json, intent: int, space: Space, blankable: bool) -> None:  # noqa: FBT001
        """Send an event to the sessions that asked for its intent, without content to those that may not read it."""
        if not self.sessions and self.hub.faults.lose_while_away:
            return
        full = _encode(data)
        bare = _encode({**data, **_BLANK}) if blankable else full
        if not self.sessions:
            self._missed.append((name, full, bare, intent, space))
            return
        times = 2 if self.hub.chance(self.hub.faults.duplicate) else 1
        for session in self.sessions.values():
            if session.wants(intent, space):
                for _ in range(times):
                    session.push(name, full if session.intents & CONTENT else bare)

    def can_deliver(self) -> bool:
        """Say whether an event of now can still reach the bot, at once or by a resumption."""
        self._forget_old()
        return bool(self.sessions)

    def _forget_old(self) -> None:
        now = monotonic_ms()
        for session in tuple(self.sessions.values()):
            if session.connection is None and now - session.lost_at > _RESUMABLE_MS:
                del self.sessions[session.id]

    async def cut(self, *, lose_session: bool, code: int = 4000) -> None:
        """Close every connection; with ``lose_session`` a resumption is refused afterwards."""
        open_ = [s.connection for s in self.sessions.values() if s.connection is not None]
        if lose_session:
            self.sessions.clear()
        for connection in open_:
            await connection.socket.close(code=code, message=b"the sandbox closed the connection")

    async def ask_to_reconnect(self) -> None:
        """Send opcode 7, as Discord does when it moves a session to another machine."""
        for session in self.sessions.values():
            if session.connection is not None:
                session.connection.send_json(7)

    # ---- the websocket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one client until it goes."""
        socket = web.WebSocketResponse(timeout=2, max_msg_size=0, compress=False)
        await socket.prepare(request)
        self.made += 1
        connection = Connection(socket, compress=request.query.get("compress") == "zlib-stream")
        writer = asyncio.create_task(connection.write())
        session: Session | None = None
        goodbye = False
        connection.send_json(10, {"heartbeat_interval": self.heartbeat_interval, "_trace": ["sandbox"]})
        try:
            while True:
                try:
                    frame = await socket.receive(timeout=self.heartbeat_interval / 1000 * 2)
                except TimeoutError:
                    await socket.close(code=4009, message=b"Session timed out.")
                    break
                if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    goodbye = frame.type is WSMsgType.CLOSE and frame.data in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
                    break
                try:
                    message = _decode(frame.data)
                    op, data = message["op"], message.get("d")
                except (msgspec.DecodeError, KeyError, TypeError):
                    await socket.close(code=4002, message=b"Error while decoding payload.")
                    break
                session = await self._take(connection, session, op, data)
        finally:
            if session is not None and session.connection is connection:
                session.connection = None
                session.lost_at = monotonic_ms()
                if goodbye:
                    self.sessions.pop(session.id, None)  # the client said goodbye: its session ends
            await connection.drained()
            writer.cancel()
        return socket

    async def _take(self, connection: Connection, session: Session | None, op: int, data: Any) -> Session | None:  # noqa: ANN401
        socket = connection.socket
        if op == 1:
            asyncio.get_running_loop().call_later(_ACK_AFTER_S, connection.send_json, 11)
        elif op == 2:  # noqa: PLR2004 - opcodes are numbers
            if session is not None:
                await socket.close(code=4005, message=b"Already authenticated.")
                return session
            return await self._identify(connection, data)
        elif op == 6:  # noqa: PLR2004
            return await self._resume(connection, data)
        elif session is None:
            await socket.close(code=4003, message=b"Not authenticated.")
        elif op == 8:  # noqa: PLR2004
            self._send_members(session, data)
        elif op not in (3, 4, 31):  # presence, voice, soundboard: nothing to see here
            await socket.close(code=4001, message=b"Unknown opcode.")
        return session

    async def _identify(self, connection: Connection, data: Json) -> Session | None:
        refusal = self._refusal(data)
        if refusal is not None:
            code, words = refusal
            await connection.socket.close(code=code, message=words)
            return None
        index, count = data.get("shard") or (0, 1)
        for old in tuple(self.sessions.values()):
            if old.connection is None and old.shard == (index, count):
                del self.sessions[old.id]
        session = Session(secrets.token_hex(16), int(data["intents"]), (index, count))
        self.sessions[session.id] = session
        session.connection = connection
        self._greet(session)
        missed, self._missed = self._missed, []
        for name, full, bare, intent, space in missed:
            if session.wants(intent, space):
                session.push(name, full if session.intents & CONTENT else bare)
        return session

    def _refusal(self, data: Json) -> tuple[int, bytes] | None:
        intents = data.get("intents")
        if str(data.get("token", "")).removeprefix("Bot ") != self.hub.token:
            return 4004, b"Authentication failed."
        if not isinstance(intents, int) or intents & ~_KNOWN_INTENTS:
            return 4013, b"Invalid intent(s)."
        if intents & PRIVILEGED & ~self.hub.allowed_privileged:
            return 4014, b"Disallowed intent(s)."
        shard = data.get("shard") or [0, 1]
        return None if 0 <= shard[0] < shard[1] else (4010, b"Invalid shard.")

    def _greet(self, session: Session) -> None:
        hub = self.hub
        mine = [s for s in hub.servers() if session.wants(ALWAYS, s)]
        application = payloads.application(hub.world, hub.allowed_privileged)
        ready = {
            "v": 10,
            "user": {**application["bot"], "verified": True, "mfa_enabled": True, "email": None},
            "user_settings": {},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.url(),
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": s.id, "unavailable": True} for s in mine],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "auth": {},
            "application": {"id": BOT_ID, "flags": application["flags"]},
            "shard": list(session.shard),
            "_trace": ["sandbox"],
        }
        session.push("READY", _encode(ready))
        if session.intents & GUILDS:
            for space in mine:
                session.push("GUILD_CREATE", _encode(self.guild_create(space, session.intents)))

    def announce(self, space: Space) -> None:
        """Send GUILD_CREATE of a server that the bot has just come into."""
        for session in self.sessions.values():
            if session.wants(GUILDS, space):
                session.push("GUILD_CREATE", _encode(self.guild_create(space, session.intents)))

    def guild_create(self, space: Space, intents: int) -> Json:
        """Return GUILD_CREATE as a session with these intents gets it."""
        visible = {
            c.id
            for c in space.channels.values()
            if c.kind is not ChannelKind.DM and self.hub.may(space, c) & Permission.VIEW_CHANNEL
        }
        with_members = bool(intents & MEMBERS and intents & PRESENCES)
        return payloads.guild_create(space, with_members=with_members, visible=visible)

    def url(self) -> str:
        """Return where clients connect."""
        return self.hub.base_url.replace("http", "ws", 1).rstrip("/") + GATEWAY

    async def _resume(self, connection: Connection, data: Json) -> Session | None:
        self._forget_old()
        if str(data.get("token", "")).removeprefix("Bot ") != self.hub.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return None
        session = self.sessions.get(str(data.get("session_id")))
        seq = int(data.get("seq") or 0)
        oldest = session.log[0][0] if session is not None and session.log else 1
        if session is None or not oldest - 1 <= seq <= session.seq:
            connection.send_json(9, False)
            return None
        if session.connection is not None:
            await session.connection.socket.close(code=4000, message=b"the session was taken up elsewhere")
        for number, frame in tuple(session.log):
            if number > seq:
                connection.send(frame)
        session.connection = connection
        session.push("RESUMED", _encode({"_trace": ["sandbox"]}))
        return session

    def _send_members(self, session: Session, data: Json) -> None:
        space = self.hub.world.spaces.get(str(data.get("guild_id")))
        if space is None:
            return
        here = payloads.present(space)
        wanted: list[str] | str = data.get("user_ids") or []
        ids = {wanted} if isinstance(wanted, str) else set(map(str, wanted))
        query = str(data.get("query") or "").lower()
        limit = int(data.get("limit") or 0)
        if ids:
            here = [a for a in here if a.user_id in ids]
        elif query:
            here = [a for a in here if a.name.lower().startswith(query)]
        elif not session.intents & MEMBERS:
            here = []
        here = here[:limit] if limit else here
        pieces = [here[i : i + _CHUNK] for i in range(0, len(here), _CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            chunk: Json = {
                "guild_id": space.id,
                "members": [payloads.member(a) for a in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
                "not_found": sorted(ids - {a.user_id for a in here}),
            }
            if data.get("nonce"):
                chunk["nonce"] = data["nonce"]
            session.push("GUILD_MEMBERS_CHUNK", _encode(chunk))

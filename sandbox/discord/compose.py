"""Makes messages of what the bot sends: checked, its files kept, once per nonce."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError
from sandbox.discord.hub import FILES, Hub
from sandbox.discord.messages import EPHEMERAL
from sandbox.discord.rest import Upload
from sandbox.discord.validate import check_message, numbered, parts_of
from sandbox.world import Channel, Json, Message, Space

NONCE_LIFE: Final = timedelta(minutes=5)  # Discord says "the past few minutes"
_KEPT: Final = ("embeds", "poll", "allowed_mentions")


def keep_file(hub: Hub, channel_id: str, name: str, data: bytes, content_type: str) -> Json:
    """Store a file and return it as an attachment."""
    id_ = hub.new_id()
    hub.files[id_], hub.file_types[id_] = data, content_type
    url = f"{hub.base_url.rstrip('/')}{FILES}/{channel_id}/{id_}/{name}"
    return {
        "id": id_,
        "filename": name,
        "size": len(data),
        "url": url,
        "proxy_url": url,
        "content_type": content_type,
    }


def attachments(hub: Hub, channel: Channel, body: Json, uploads: list[Upload], old: list[Json]) -> list[Json]:
    """Return a message's attachments: those it keeps, then the new ones."""
    described = {str(a.get("id")): a for a in body.get("attachments") or []}
    kept = [a for a in old if "attachments" not in body or a["id"] in described]
    for upload in uploads:
        made = keep_file(hub, channel.id, upload.name, upload.data, upload.content_type)
        words = described.get(str(upload.number), {}).get("description")
        kept.append({**made, "description": words} if words else made)
    return kept


def _media(parts: list[Json], files: list[Json]) -> None:
    """Fill in where the media of components lie; ``attachment://name`` means a file sent along."""
    by_name = {f"attachment://{one['filename']}": one for one in files}
    for part in parts:
        media = [part[name] for name in ("media", "file") if isinstance(part.get(name), dict)]
        for item in [*media, *(entry["media"] for entry in part.get("items") or ())]:
            held = by_name.get(item["url"])
            item |= {"id": held["id"] if held else "0", "proxy_url": held["url"] if held else item["url"]}
            if held:
                item |= {"url": held["url"], "attachment_id": held["id"]}


def message_body(body: Json, files: list[Json]) -> Json:
    """Return what a message keeps of the request beside its content."""
    kept = {name: body[name] for name in _KEPT if body.get(name) is not None}
    kept["embeds"] = [{"type": "rich", **embed} for embed in body.get("embeds") or []]
    kept["components"] = numbered(body.get("components") or [])
    _media(parts_of(kept["components"]), files)
    return kept


def build(
    hub: Hub,
    space: Space,
    channel: Channel,
    body: Json,
    uploads: list[Upload],
    *,
    extra: Json | None = None,
    only_for: str | None = None,
) -> Message:
    """Make a message of a checked body without saying it yet."""
    files = attachments(hub, channel, body, uploads, [])
    said = Message(
        hub.new_id(), space.id, channel.id, BOT_ID, hub.world.now(), body.get("content") or "", only_for=only_for
    )
    said.body = {**message_body(body, files), **(extra or {})}
    said.body["flags"] = int(body.get("flags") or 0) | (EPHEMERAL if only_for else 0)
    said.files = files
    if body.get("nonce") is not None:
        said.body["nonce"] = body["nonce"]
    reference = body.get("message_reference")
    if reference is not None and int(reference.get("type") or 0) == 0:
        if (channel.id, str(reference["message_id"])) in space.by_id:
            said.reply_to = str(reference["message_id"])
        elif reference.get("fail_if_not_exists", True):
            problem = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
            errors = {"message_reference": {"_errors": [problem]}}
            raise ApiError(400, 50035, "Invalid Form Body", errors)
    return said


def post(
    hub: Hub,
    space: Space,
    channel: Channel,
    body: Json,
    uploads: list[Upload],
    *,
    extra: Json | None = None,
    only_for: str | None = None,
) -> Message:
    """Say something as the bot; the same nonce within a few minutes returns the message that was said."""
    check_message(body, has_files=bool(uploads))
    nonce = body.get("nonce")
    guarded = nonce is not None and bool(body.get("enforce_nonce"))
    if guarded:
        known = hub.nonces.get(str(nonce))
        if known is not None and hub.world.now() - known[2] < NONCE_LIFE:
            return hub.message(space, channel, known[1])
    said = build(hub, space, channel, body, uploads, extra=extra, only_for=only_for)
    hub.world.say(said)
    if guarded:
        hub.nonces[str(nonce)] = (channel.id, said.id, hub.world.now())
        if len(hub.nonces) > 5000:  # noqa: PLR2004 - a bound on memory, far above what a few minutes bring
            horizon = hub.world.now() - NONCE_LIFE
            hub.nonces = {key: held for key, held in hub.nonces.items() if held[2] > horizon}
    return said


def change(hub: Hub, space: Space, said: Message, body: Json, uploads: list[Upload]) -> Message:
    """Edit a message of the bot: what the request does not name stays."""
    merged = {"flags": said.body.get("flags", 0), **body}
    check_message(merged, has_files=bool(uploads or said.files), edit=True)
    files = attachments(hub, space.channels[said.channel], body, uploads, said.files)
    new = message_body(body, files)
    kept = {name: new[name] for name in new if name in body}
    if "flags" in body:
        fixed = said.body.get("flags", 0) & EPHEMERAL
        kept["flags"] = int(body["flags"] or 0) | fixed
    said.files = files
    text = body.get("content") if "content" in body else None
    return hub.world.edit(space.id, said.channel, said.id, text=(text or "") if "content" in body else None, body=kept)

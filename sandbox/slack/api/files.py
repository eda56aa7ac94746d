"""``files.*``: the three steps of an upload, and looking a file up.

https://docs.slack.dev/messaging/working-with-files#uploading_files.
"""

from __future__ import annotations

import mimetypes

from sandbox.slack import ids, posting
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import StoredFile, Workspace
from sandbox.world import Channel, Json


def file_json(ws: Workspace, held: StoredFile, base_url: str) -> Json:
    """Return a file object. https://docs.slack.dev/reference/objects/file-object."""
    kind = held.name.rsplit(".", 1)[-1].lower() if "." in held.name else "binary"
    made = int(held.created.timestamp())
    where = f"{base_url}/slack/files/{ws.id}/{held.id}"
    shown: Json = {
        "id": held.id,
        "created": made,
        "timestamp": made,
        "name": held.name,
        "title": held.title,
        "mimetype": held.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": held.owner,
        "user_team": ws.id,
        "editable": False,
        "size": len(held.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(held.channels),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{where}/{held.name}",
        "url_private_download": f"{where}/download/{held.name}",
        "media_display_type": "unknown",
        "permalink": f"https://{ws.domain}.slack.com/files/{held.owner}/{held.id}/{held.name}",
        "permalink_public": f"https://slack-files.com/{ws.id}-{held.id}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    return {**shown, "alt_txt": held.alt_text} if held.alt_text else shown


def in_message(shown: Json) -> Json:
    """Return a file as it stands in a message."""
    return {key: value for key, value in shown.items() if key not in ("user_team", "file_access")}


def kept(ws: Workspace, name: str, content: bytes, owner: str, *, title: str = "") -> StoredFile:
    """Keep a file that a member attached."""
    held = StoredFile(ids.fresh("F"), name, title or name, owner, ws.now(), mimetype_of(name), content, complete=True)
    ws.files[held.id] = held
    return held


def mimetype_of(name: str) -> str:
    """Guess a file's type by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def get_upload_url(call: Call) -> Json:
    """Begin an upload."""
    ws, name, length = call.ws, call.needed("filename"), call.number("length", 0)
    if length < 1:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: length"]}
        )
    held = StoredFile(ids.fresh("F"), name, name, ws.bot, ws.now(), mimetype_of(name), claimed_size=length)
    held.alt_text = call.text("alt_txt")
    ws.files[held.id] = held
    return {"upload_url": f"{call.base_url}/slack/upload/{ws.id}/{held.id}", "file_id": held.id}


def complete_upload(call: Call) -> Json:
    """End an upload and share the files where asked."""
    ws = call.ws
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: files"]})
    held: list[StoredFile] = []
    for one in wanted:
        stored = ws.files.get(str(one.get("id")))
        if stored is None or stored.complete:
            raise SlackError("file_not_found")
        if len(stored.content) != stored.claimed_size:
            raise SlackError("file_update_failed")
        held.append(stored)
    places = [_place(call, place) for place in [call.text("channel_id"), *call.names("channels")] if place]
    for one, stored in zip(wanted, held, strict=True):
        stored.title = one.get("title") or stored.name
        stored.complete = True
    shown = []
    for place in places:
        for stored in held:
            stored.channels.append(place.id)
        body: Json = {"subtype": "file_share"}
        if call.args.get("blocks"):
            body["blocks"] = posting.checked_blocks(call.json("blocks", "invalid_blocks_format"))
        thread = posting.thread_root(ws, place, call.text("thread_ts"))
        files = [in_message(file_json(ws, stored, call.base_url)) for stored in held]
        posting.post(ws, place, call.text("initial_comment"), body, thread=thread, files=files)
    for stored in held:
        one = file_json(ws, stored, call.base_url)
        one |= {
            "channels": [c for c in stored.channels if ws.space.channels[c].id[0] == "C"],
            "groups": [],
            "ims": [c for c in stored.channels if ws.space.channels[c].id[0] == "D"],
            "comments_count": 0,
        }
        shown.append(one)
    return {"files": shown}


def _place(call: Call, channel: str) -> Channel:
    found = call.ws.channel(channel)
    if call.ws.bot not in found.members:
        raise SlackError("not_in_channel")
    if found.archived:
        raise SlackError("is_archived")
    return found


def info(call: Call) -> Json:
    """Describe a file."""
    held = call.ws.files.get(call.text("file"))
    if held is None or not held.complete:
        raise SlackError("file_not_found")
    return {"file": file_json(call.ws, held, call.base_url), "comments": []}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
}

"""What ``tsudoi doctor`` asks Slack: tokens, scopes, the connection, the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackClientError

from chat.port import ChatError, Finding, RefusedError, Survey
from chat.slack.directory import Directory
from chat.slack.manifest import SCOPES
from chat.slack.settings import SlackSettings
from chat.slack.web import SlackWeb, told

SKEW = 60.0  # seconds; a signature is refused after five minutes, and look-ups reach back by one


async def examine(web: SlackWeb, settings: SlackSettings) -> tuple[Finding, ...]:
    """Return what was found; ``values`` hold what the sentence needs."""
    try:
        response: Any = await web.client.api_call("auth.test", http_verb="POST")
    except (SlackClientError, OSError, TimeoutError) as error:
        return (_failed("slack_token", told(error)), *await _connection(web, settings))
    headers = {str(key).lower(): str(value) for key, value in dict(response.headers).items()}
    data = response.data
    found = [Finding(ok=True, code="slack_token", values={"workspace": data["team"], "bot": data["user"]})]
    if settings.workspace_id:
        same = settings.workspace_id == data["team_id"]
        values = {"expected": settings.workspace_id, "found": data["team_id"]}
        found.append(Finding(ok=same, code="slack_workspace", values=values))
    if "x-oauth-scopes" in headers:
        missing = sorted(set(SCOPES) - {scope.strip() for scope in headers["x-oauth-scopes"].split(",")})
        values = {"missing": ", ".join(missing)} if missing else {"count": str(len(SCOPES))}
        found.append(Finding(ok=not missing, code="slack_scopes", values=values))
    if "date" in headers:
        skew = abs((datetime.now(UTC) - parsedate_to_datetime(headers["date"])).total_seconds())
        found.append(Finding(ok=skew <= SKEW, code="slack_clock", values={"seconds": f"{skew:.0f}"}))
    return (*found, *await _connection(web, settings))


async def survey(directory: Directory) -> Survey:
    """Return what the bot sees in its workspace.

    Raises:
        ChatError: Slack does not answer, or refuses.

    """
    workspace = (await directory.learn()).workspace
    try:
        told = await directory.web.call("usergroups.list", http_verb="GET")
    except RefusedError:  # user groups need a paid workspace, and their scope is looked at by itself
        told = {}
    groups = list(told.get("usergroups") or ())
    badges = frozenset(str(group[key]) for group in groups for key in ("id", "handle", "name") if group.get(key))
    return Survey(workspace=workspace, places=await directory.places(workspace), badges=badges)


async def _connection(web: SlackWeb, settings: SlackSettings) -> tuple[Finding, ...]:
    if settings.mode == "http":
        return (Finding(ok=bool(settings.signing_secret), code="slack_signing_secret"),)
    if not settings.app_token:
        return (Finding(ok=False, code="slack_app_token", values={"problem": "not_set", "mend": ""}),)
    try:
        await web.client.apps_connections_open(app_token=settings.app_token)
    except (SlackClientError, OSError, TimeoutError) as error:
        return (_failed("slack_app_token", told(error)),)
    return (Finding(ok=True, code="slack_app_token"),)


def _failed(code: str, error: ChatError) -> Finding:
    problem, mend = getattr(error, "code", str(error)), getattr(error, "mend", "")
    return Finding(ok=False, code=code, values={"problem": str(problem), "mend": str(mend)})

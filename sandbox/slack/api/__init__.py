"""The Web API's methods, gathered in one table."""

from __future__ import annotations

from sandbox.slack.api import chat, conversations, files, marks, people, views
from sandbox.slack.api.call import Method

METHODS: dict[str, Method] = {
    **people.METHODS,
    **conversations.METHODS,
    **chat.METHODS,
    **marks.METHODS,
    **views.METHODS,
    **files.METHODS,
}

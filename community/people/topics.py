"""The topics of a community: what members can give and want to learn, and how far they have come with each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from community.config import TopicSettings

LEVELS_PER_PAGE = 5  # one field of a form each


class Level(StrEnum):
    """How far somebody has come with a topic: 入門, 中級, 上級."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


def topic_name(topic: TopicSettings, language: str) -> str:
    """Return a topic's name in a language."""
    return topic.ja if language == "ja" else topic.en


def only_known(topics: Iterable[TopicSettings], ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that are topics, in the order of the topics: a form may come back after a topic has gone."""
    wanted = set(ids)
    return tuple(topic.id for topic in topics if topic.id in wanted)


def pages(ids: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Cut topics into the pages of the form that asks for levels."""
    return tuple(ids[n : n + LEVELS_PER_PAGE] for n in range(0, len(ids), LEVELS_PER_PAGE))

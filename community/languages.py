"""Which language a reader gets: their own wish first, then what their client says, then the community's."""

from __future__ import annotations

LANGUAGES = ("en", "ja")
DEFAULT = "en"


def known_language(tag: str | None) -> str | None:
    """Return our language for a BCP 47 tag such as ``ja-JP`` or ``en_GB``, or none for a language we do not speak."""
    if not tag:
        return None
    base = tag.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


def choose_language(own: str | None, locale: str | None, community: str | None) -> str:
    """Choose the language of what one person reads in private.

    A client set to a language we do not speak gets English rather than the community's language only where the
    community has not said which it prefers.
    """
    return known_language(own) or known_language(locale) or known_language(community) or DEFAULT


def channel_languages(setting: str | None, community: str | None) -> tuple[str, ...]:
    """Read a channel's languages, ``ja`` or ``ja+en``, in the order in which they are posted."""
    asked = [known_language(part.strip()) for part in (setting or "").split("+")]
    chosen = tuple(dict.fromkeys(language for language in asked if language))
    return chosen or (choose_language(None, None, community),)

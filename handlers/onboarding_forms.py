"""The forms of onboarding, filled with what is known."""

from __future__ import annotations

from collections.abc import Sequence

from chat.card import Option
from chat.form import Choice, Choices, Form, FormField, Line, Paragraph
from chat.limits import FORM_LABEL
from chat.text import ChannelLink
from community.config import CommunitySettings, TopicSettings
from community.people.profile import INTRODUCTION, PURPOSE
from community.people.topics import Level, only_known, topic_name
from handlers.readers import Reader, zone_of
from locales import Translator, msg
from storage.people.profiles import Told

LEVEL_NAMES = {
    Level.BEGINNER: msg("Beginner"),
    Level.INTERMEDIATE: msg("Intermediate"),
    Level.EXPERT: msg("Expert"),
}
LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}  # each in its own language, whoever reads
AUTO = "auto"


def about_form(who: Reader, config: CommunitySettings, told: Told, channel: ChannelLink | None) -> Form:
    """Return the first form: why, topics, and an introduction."""
    t, about = who.t, told.about
    fields: list[FormField] = [
        Line(
            key="purpose",
            label=t.line("What brings you here?"),
            hint=t.line("What you write here is not posted."),
            value=about.purpose,
            max_length=PURPOSE,
        )
    ]
    if config.topics:
        options = tuple(Option(topic.id, topic_name(topic, t.language)) for topic in config.topics)
        give, learn = only_known(config.topics, about.give), only_known(config.topics, about.learn)
        fields += [
            Choices(key="give", label=t.line("Topics you can help with"), options=options, values=give, required=False),
            Choices(
                key="learn", label=t.line("Topics you want to learn"), options=options, values=learn, required=False
            ),
        ]
    fields += [
        Paragraph(
            key="introduction",
            label=t.line("Your introduction"),
            hint=t.line("In your own words. A line or two is plenty."),
            value=about.introduction,
            required=False,
            max_length=INTRODUCTION,
        ),
        Choice(
            key="consent",
            label=_consent(channel, t),
            options=(
                Option("yes", t.line("Yes, please post it")),
                Option("no", t.line("No, keep it for my profile")),
            ),
            value=("yes" if about.consent else "no") if told.filled else None,
        ),
    ]
    return _form(f"about:{who.member.id}", t.line("About you"), fields, t)


def _consent(channel: ChannelLink | None, t: Translator) -> str:
    """Return the question for consent: where, and what, as far as a label has room."""
    asked = t.line("Post this and your topics in {channel}?", channel=f"#{channel.name.lstrip('#')}") if channel else ""
    return asked if 0 < len(asked) <= FORM_LABEL else t.line("Post this and your topics for everyone?")


def levels_form(who: Reader, topics: Sequence[TopicSettings], told: Told, page: int) -> Form:
    """Return one page of the form that asks how far somebody has come with each topic."""
    t = who.t
    options = tuple(Option(level.value, t.line(name)) for level, name in LEVEL_NAMES.items())
    fields = [
        Choice(
            key=topic.id,
            label=topic_name(topic, t.language),
            options=options,
            value=level.value if (level := told.levels.get(topic.id)) else None,
            required=False,
        )
        for topic in topics
    ]
    return _form(f"levels:{who.member.id}:{page}", t.line("Your levels"), fields, t)


def rhythm_form(who: Reader, config: CommunitySettings) -> Form:
    """Return the form for language and hours, filled from the member's client where it tells."""
    t, member = who.t, who.member
    languages = (Option(AUTO, t.line("Same as my app")), *(Option(k, name) for k, name in LANGUAGE_NAMES.items()))
    fields: list[FormField] = [
        Choice(key="language", label=t.line("Language"), options=languages, value=member.language or AUTO),
        Line(
            key="zone",
            label=t.line("Time zone"),
            hint=t.line("A city or a zone, like Tokyo, Europe/Berlin or UTC+9"),
            value=zone_of(member, who.account, config).key,
            required=False,
        ),
        Line(
            key="quiet",
            label=t.line("Quiet hours"),
            hint=t.line("I will not write to you then. For example 22:00-8:00; leave empty for none."),
            value=member.quiet_hours or "",
            required=False,
        ),
    ]
    return _form(f"rhythm:{member.id}", t.line("Language and hours"), fields, t)


def _form(form_id: str, title: str, fields: Sequence[FormField], t: Translator) -> Form:
    return Form(id=form_id, title=title, fields=tuple(fields), submit=t.line("Save"), cancel=t.line("Cancel"))

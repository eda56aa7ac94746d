"""The form for a question: its fields, what is read from it, and what to do about words that cannot be answered."""

from __future__ import annotations

from dataclasses import dataclass

from chat.card import Option
from chat.form import Choice, Form, FormField, Line, Paragraph, Values
from chat.ids import Place
from chat.limits import PLACEHOLDER
from community.config import CommunitySettings
from community.people.topics import Level, only_known, topic_name
from community.questions.finding import Substance, has_substance, title_of
from community.questions.life import Question
from community.words import tame
from handlers.onboarding_forms import LEVEL_NAMES
from handlers.readers import Reader
from locales import msg

TITLE, DETAILS = 150, 3000  # characters
WITHOUT_NAME, WITH_NAME = "anonymous", "named"
SWITCHED_OFF = msg("Questions are switched off here. The moderators are happy to help.")
WHAT_TO_DO = {
    Substance.NOTHING: msg("Please write what you would like to know."),
    Substance.CODE: msg("There is only code here. Please add a sentence: what should it do, and what does it do?"),
    Substance.FILES: msg("There is only a file here. Please add a sentence: what would you like to know about it?"),
    Substance.LINK: msg("There is only a link here. Please add a sentence: what would you like to know about it?"),
    Substance.EMOJI: msg("There are only emoji here. Please write in words what you would like to know."),
    Substance.GREETING: msg("Hello! You may ask right away: please write the question itself."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wrote into the form."""

    title: str
    text: str
    topic: str | None
    level: str | None
    anonymous: bool

    @property
    def words(self) -> str:
        """Everything that was asked."""
        return "\n".join(filter(None, (self.title, self.text)))


def ask_form(who: Reader, config: CommunitySettings, typed_in: Place | None = None, draft: int = 0) -> Form:
    """Return the empty form. Its id says which draft it changes, and where it was called for."""
    t = who.t
    fields: list[FormField] = [
        Line(
            key="title",
            label=t.line("Your question"),
            placeholder=t.line("In one sentence: what would you like to know?")[:PLACEHOLDER],
            max_length=TITLE,
        ),
        Paragraph(
            key="details",
            label=t.line("Details"),
            hint=t.line("What you tried, what happened, what you expected. Optional."),
            required=False,
            max_length=DETAILS,
        ),
    ]
    if config.topics:
        topics = tuple(Option(topic.id, topic_name(topic, t.language)) for topic in config.topics)
        fields.append(Choice(key="topic", label=t.line("Topic"), options=topics, required=False))
    levels = tuple(Option(level.value, t.line(name)) for level, name in LEVEL_NAMES.items())
    fields.append(Choice(key="level", label=t.line("How far are you with this?"), options=levels, required=False))
    if config.questions.anonymous:
        names = (
            Option(WITH_NAME, t.line("With my name")),
            Option(WITHOUT_NAME, t.line("Without my name: replies reach me in private")),
        )
        fields.append(Choice(key="name", label=t.line("How shall I ask?"), options=names, value=WITH_NAME))
    return Form(
        id=f"ask:{draft}:{typed_in.channel if typed_in else ''}",
        title=t.line("Ask the community"),
        fields=tuple(fields),
        submit=t.line("Ask"),
        cancel=t.line("Cancel"),
    )


def begun(form: Form, typed: str) -> Form:
    """Return the form with what was typed after the command: a long text gets a title of its own."""
    typed = tame(typed)
    if len(typed) <= TITLE and "\n" not in typed:
        return form.filled({"title": typed}) if typed else form
    return form.filled({"title": title_of(typed, TITLE), "details": typed})


def filled_from(form: Form, question: Question) -> Form:
    """Return the form as a draft was written."""
    values: Values = {"title": question.title, "details": question.text}
    values |= {key: value for key, value in (("topic", question.topic), ("level", question.level)) if value}
    values["name"] = WITHOUT_NAME if question.anonymous else WITH_NAME
    return form.filled(values)


def read_form(values: Values, config: CommunitySettings) -> Asked:
    """Read what somebody wrote; a topic or level that is none is left out."""
    topic, level = str(values.get("topic") or ""), str(values.get("level") or "")
    return Asked(
        title=" ".join(tame(str(values.get("title", ""))).split())[:TITLE],
        text=tame(str(values.get("details", "")))[:DETAILS],
        topic=next(iter(only_known(config.topics, (topic,))), None),
        level=level if level in set(Level) else None,
        anonymous=values.get("name") == WITHOUT_NAME,
    )


def errors_of(asked: Asked, who: Reader, config: CommunitySettings) -> dict[str, str]:
    """Return by field what must be done before a question can be asked."""
    t = who.t
    if not config.questions.enabled:
        return {"title": t.line(SWITCHED_OFF)}
    if asked.anonymous and not config.questions.anonymous:
        return {"title": t.line("Asking without a name has been switched off. Send this again to ask with your name.")}
    said = has_substance(asked.words)
    if said is not Substance.ENOUGH:
        return {"title": t.line(WHAT_TO_DO[said])}
    return {} if asked.title else {"title": t.line(WHAT_TO_DO[Substance.NOTHING])}

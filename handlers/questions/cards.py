"""What everybody sees of a question: the card that asks, and the card in its thread that says how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from chat.card import (
    Accent,
    Button,
    Buttons,
    Card,
    Field,
    Fields,
    Footnote,
    LinkButton,
    Part,
    Quote,
    Style,
    Text,
    Title,
)
from chat.limits import BODY, TITLE
from chat.text import Bold, Link, Mention, RichText, rich
from community.config import CommunitySettings
from community.people.topics import topic_name
from community.questions.life import CloseReason, Question, QuestionState
from handlers.public import shortened
from locales import Translator, msg

SHOWN = BODY - 200  # characters of a question on a card; the marks of a quote need room, too
REASONS = {
    CloseReason.ANSWERED_EARLIER: msg("An earlier answer helped."),
    CloseReason.DUPLICATE: msg("The same question is being answered elsewhere."),
    CloseReason.WITHDRAWN: msg("Taken back by who asked."),
    CloseReason.DELETED: msg("The question was deleted."),
    CloseReason.EDITED: msg("It asks nothing any more."),
    CloseReason.LEFT: msg("Who asked is no longer here."),
    CloseReason.OFF_TOPIC: msg("It belongs somewhere else."),
    CloseReason.OUTDATED: msg("It is out of date."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the cards say beyond the question itself."""

    asker: Mention | None = None  # none: asked without a name
    taken_by: tuple[Mention, ...] = ()
    answer_link: str | None = None
    answered_by: Mention | None = None
    merged_link: str | None = None


def root_card(question: Question, shown: Shown, t: Translator, config: CommunitySettings) -> Card:
    """Return the card that asks, for questions that came by the form."""
    solved = question.state is QuestionState.SOLVED
    who = t("{who} asks:", who=shown.asker) if shown.asker else t("Somebody asks, without a name:")
    title = question.title or t.line("A question")  # its words were taken away with its asker
    parts: list[Part] = [Title(shortened(("✅ " if solved else "") + title, TITLE)), Text(who)]
    if question.text.strip() and question.close_reason is not CloseReason.WITHDRAWN:
        parts.append(Quote(shortened(question.text, SHOWN)))
    topic = next((x for x in config.topics if x.id == question.topic), None)
    if topic is not None:
        parts.append(Fields((Field(t.line("Topic"), RichText((topic_name(topic, t.language),))),)))
    parts.append(Footnote(rich(state_text(question, shown, t))))
    accent = Accent.GOOD if solved else Accent.CALM if question.state is QuestionState.CLOSED else Accent.WARM
    return Card(parts=tuple(parts), accent=accent, summary=shortened(title, TITLE))


def thread_card(question: Question, shown: Shown, t: Translator) -> Card:
    """Return the card in the thread: how the question stands, and what can be done."""
    state = question.state
    buttons: list[Button | LinkButton] = []
    if question.close_reason is CloseReason.DELETED:
        pass  # there is nothing left to open again
    elif state in (QuestionState.SOLVED, QuestionState.CLOSED):
        buttons.append(Button(f"q_reopen:{question.id}", t.line("Open again")))
    else:
        if state is QuestionState.OPEN:
            buttons.append(Button(f"q_take:{question.id}", t.line("👀 I'll answer")))
        buttons.append(Button(f"q_solve:{question.id}", t.line("✅ Solved"), Style.PRIMARY))
    if shown.answer_link and state is QuestionState.SOLVED:
        buttons.append(LinkButton(shown.answer_link, t.line("To the answer")))
    parts: list[Part] = [Text(state_text(question, shown, t))]
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    if state is QuestionState.OPEN:
        parts.append(Footnote(t("Answers go into this thread. A guess or a pointer helps, too.")))
    accent = Accent.GOOD if state is QuestionState.SOLVED else Accent.CALM
    return Card(parts=tuple(parts), accent=accent)


def state_text(question: Question, shown: Shown, t: Translator) -> RichText:
    """Return in one line how a question stands."""
    match question.state:
        case QuestionState.DRAFT | QuestionState.OPEN:
            said = t("Waiting for an answer.")
        case QuestionState.BEING_ANSWERED if shown.taken_by:
            said = t("👀 {who} is on it.", who=shown.taken_by[0])
        case QuestionState.BEING_ANSWERED:
            said = t("👀 Somebody is on it.")
        case QuestionState.ANSWERED:
            said = t("There are answers. Did they help?")
        case QuestionState.SOLVED if shown.answered_by:
            said = t("✅ Solved, thanks to {who}.", who=shown.answered_by)
        case QuestionState.SOLVED:
            said = t("✅ Solved.")
        case QuestionState.CLOSED:
            reason = t.line(REASONS[question.close_reason]) if question.close_reason else ""
            said = rich(Bold(t.line("Closed.")), " ", reason)
            if shown.merged_link:
                said = rich(said, " ", Link(shown.merged_link, t.line("To that question")))
    return said

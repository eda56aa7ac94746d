"""What an invited member sees, and the call to a topic's group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Quote, Style, Text, Title
from chat.text import BadgeMention, RichText, join
from community.config import CommunitySettings
from community.people.topics import topic_name
from community.questions.life import Question
from community.routing.ranking import Reason, ReasonKind
from handlers.public import shortened
from handlers.questions.cards import Shown
from locales import Translator

EXCERPT = 600  # characters that tell whether one can help; the rest is behind the link
OF_ASKER = (ReasonKind.HELPED_ASKER,)  # would say who asks
GENERAL = {"kind": ReasonKind.FIRST_CHANCE.value}

Told = dict[str, str | int]  # a reason as it is stored


def told_reason(reasons: Sequence[Reason], *, explored: bool, anonymous: bool) -> Told:
    """Return the strongest reason that may be said. Nobody without a name is given away by who knows them."""
    for reason in reasons:
        if anonymous and reason.kind in OF_ASKER:
            continue
        if explored and reason.kind is not ReasonKind.SAYS:
            continue
        return {"kind": reason.kind.value, **{f"v{n}": _plain(v) for n, v in enumerate(reason.values)}}
    return dict(GENERAL)


def _plain(value: str | float) -> str | int:
    return value if isinstance(value, str) else int(value)


def reason_text(told: Told | None, t: Translator, config: CommunitySettings, zone: ZoneInfo) -> RichText:  # noqa: PLR0911 - one sentence for each reason
    """Return why somebody is asked, in a sentence that they can check."""
    told = told or dict(GENERAL)
    topic = _topic(str(told.get("v0", "")), t, config)
    match told["kind"]:
        case ReasonKind.SOLVED_TOPIC:
            when = datetime.fromtimestamp(int(told["v2"]), UTC).astimezone(zone)
            month = format_date(when, "y年M月" if t.language == "ja" else "MMMM y", locale=t.locale)
            return t.n(
                "I ask you because you have solved {n} question on {topic}, in {month}.",
                "I ask you because you have solved {n} questions on {topic}, the last in {month}.",
                int(told["v1"]),
                topic=topic,
                month=month,
            )
        case ReasonKind.SIMILAR:
            return t("I ask you because you answered a question like this one before.")
        case ReasonKind.SAYS:
            return t("I ask you because you said that you can help with {topic}.", topic=topic)
        case ReasonKind.HELPED_ASKER:
            return t("I ask you because the two of you have talked before.")
        case ReasonKind.CHANNEL:
            return t("I ask you because you often answer in this channel.")
        case ReasonKind.ABOUT_NOW:
            return t("I ask you because you are around just now.")
        case ReasonKind.HOUR:
            return t("I ask you because you are often around at this time of day.")
        case ReasonKind.ANSWERS:
            return t("I ask you because you have answered questions lately.")
        case _:
            return t("I have not asked you before, and a fresh look often helps most.")


def _topic(topic_id: str, t: Translator, config: CommunitySettings) -> str:
    topic = next((x for x in config.topics if x.id == topic_id), None)
    return topic_name(topic, t.language) if topic else topic_id


def invitation_card(
    question: Question, shown: Shown, why: RichText, t: Translator, *, invitation_id: int, link: str, cap: int
) -> Card:
    """Return the private question whether somebody would answer."""
    who = t("{who} asks:", who=shown.asker) if shown.asker else t("Somebody asks, without a name:")
    parts: list[Part] = [Title(t.line("Could you help with a question?")), Text(who), Quote(_words(question))]
    parts.append(Text(why))
    buttons = (
        Button(f"inv_yes:{invitation_id}", t.line("I'll answer"), Style.PRIMARY),
        Button(f"inv_no:{invitation_id}", t.line("Pass")),
        Button(f"inv_pause:{invitation_id}", t.line("Not this week")),
        LinkButton(link, t.line("Read it there")),
    )
    parts.append(Buttons(buttons))
    small = t.n(
        "Passing is always fine. I ask you at most {n} time a week, and never in your quiet hours. "
        "`/tsudoi me` stops it for good.",
        "Passing is always fine. I ask you at most {n} times a week, and never in your quiet hours. "
        "`/tsudoi me` stops it for good.",
        cap,
    )
    parts.append(Footnote(small))
    return Card(parts=tuple(parts), accent=Accent.WARM)


def accepted_card(question: Question, t: Translator, *, invitation_id: int, link: str, others: bool) -> Card:
    """Return the way to the question, for who will answer it."""
    said = [t("Wonderful, thank you! A guess or a pointer is plenty.")]
    if others:
        said.append(t("Somebody else is on it, too; two views are better than one."))
    buttons = (
        LinkButton(link, t.line("Answer there")),
        Button(f"inv_no:{invitation_id}", t.line("I can't after all")),
    )
    parts: tuple[Part, ...] = (Text(join("\n", said)), Quote(_words(question)), Buttons(buttons))
    return Card(parts=parts, accent=Accent.GOOD)


def silent_card(question: Question, t: Translator, *, invitation_id: int, link: str) -> Card:
    """Return what stands in place of an invitation that got no reply: no reproach, and the door stays open."""
    buttons = (
        Button(f"inv_yes:{invitation_id}", t.line("I'll answer")),
        LinkButton(link, t.line("Read it there")),
    )
    said = t("I am asking somebody else as well. If you still want to answer, you are welcome.")
    return Card(parts=(Text(said), Quote(_words(question)), Buttons(buttons)))


def reminder_card(question: Question, t: Translator, *, invitation_id: int, link: str) -> Card:
    """Return the one gentle reminder of a promise."""
    buttons = (
        LinkButton(link, t.line("Answer there")),
        Button(f"inv_no:{invitation_id}", t.line("I can't after all")),
    )
    said = t("You said that you would answer this one. Half a thought is enough; and if it does not fit, that is fine.")
    return Card(parts=(Text(said), Quote(_words(question)), Buttons(buttons)), accent=Accent.WARM)


def passed_card(t: Translator, *, invitation_id: int, until: str | None = None) -> Card:
    """Return the word to who passed, with the way out for good."""
    said = t("No problem. I ask somebody else.")
    if until:
        said = t("No problem. I ask you nothing until {date}.", date=until)
    buttons = (Button(f"inv_stop:{invitation_id}", t.line("Don't ask me any more")),)
    return Card(parts=(Text(said), Buttons(buttons)))


def stopped_card(t: Translator, member_id: int) -> Card:
    """Return the word to who wants to be asked no more, with the way back."""
    said = t("Done: I will not ask you about questions again. You can of course answer whatever you like.")
    return Card(parts=(Text(said), Buttons((Button(f"route_on:{member_id}", t.line("Ask me again")),))))


def group_card(question: Question, badge: str, t: Translator, config: CommunitySettings) -> Card:
    """Return the call to everybody who wears a topic's badge, in the question's thread."""
    topic = _topic(question.topic or "", t, config)
    said = t(
        "{group} Nobody has had time for this one yet. Does somebody know about {topic}?",
        group=BadgeMention(badge, badge),
        topic=topic,
    )
    return Card(parts=(Text(said),), accent=Accent.WARM, notify_badges=(badge,))


def _words(question: Question) -> str:
    words = question.text if question.text.startswith(question.title) else f"{question.title}\n{question.text}"
    return shortened(words.strip() or "…", EXCERPT)

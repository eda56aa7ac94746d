"""What newcomers see: the welcome, the rules, the next steps, and the introduction in its channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from chat.card import Accent, Button, Buttons, Card, Field, Fields, Footnote, Part, Quote, Style, Text, Title
from chat.text import ChannelLink, Mention, RichText, join
from community.config import CommunitySettings
from community.languages import LANGUAGES, known_language
from community.people.onboarding import Stage, Stages
from community.people.profile import About
from community.people.topics import only_known, topic_name
from handlers.readers import Reader, zone_of
from locales import Translator, translator

NONE_YET = "–"
TITLE_NAME = 30  # a thread's title has 100 characters on Discord, and may say the name in two languages
LINE = 700  # characters of a list; three of them, a purpose and an introduction still fit one card


def about_button(t: Translator, member_id: int, label: str = "") -> Button:
    """Return the button that opens the first form."""
    return Button(f"about:{member_id}", label or t.line("Start"), Style.PRIMARY)


def rules_button(t: Translator, member_id: int, label: str = "") -> Button:
    """Return the button that shows the rules."""
    return Button(f"rules:{member_id}", label or t.line("Rules"))


def speakers(who: Reader) -> tuple[Translator, ...]:
    """Return the languages for a first word: the reader's own, or each of ours while theirs is not known.

    Discord tells nothing of a newcomer's language before they press something.
    """
    if known_language(who.member.language) or known_language(who.account.locale):
        return (who.t,)
    return (who.t, *(translator(language) for language in LANGUAGES if language != who.t.language))


def welcome_title(who: Reader) -> str:
    """Return the title of the private thread that holds a welcome."""
    return _both(t.line("Welcome, {name}", name=who.mention.name[:TITLE_NAME]) for t in speakers(who))


def welcome_card(who: Reader, config: CommunitySettings, *, back: bool) -> Card:
    """Return the first words to somebody who joined."""
    titles: list[str] = []
    said: list[RichText] = []
    spoken = speakers(who)
    for t in spoken:
        purpose = config.onboarding.purpose_ja if t.language == "ja" else config.onboarding.purpose_en
        if back:
            titles.append(t.line("Welcome back!"))
            hello = t("Good to see you again, {who}. Everything is as you left it.", who=who.mention)
        else:
            titles.append(t.line("Welcome to {community}!", community=config.name[:50]))  # fits twice
            hello = t("{who}, we are glad you are here.", who=who.mention)
        said.append(hello + "\n" + purpose)
    easy = [t("It takes about three minutes, and you can change everything later with `/tsudoi me`.") for t in spoken]
    parts: tuple[Part, ...] = (
        Title(_both(titles)),
        Text(join("\n\n", said)),
        _first_steps(who),
        Footnote(join("\n", easy)),
    )
    return Card(parts=parts, accent=Accent.GOOD)


def mention_card(who: Reader) -> Card:
    """Return the welcome for when nothing private got through: one line before all eyes."""
    said = [t("{who}, welcome! What the buttons open is for your eyes only.", who=who.mention) for t in speakers(who)]
    parts: tuple[Part, ...] = (Text(join("\n", said)), _first_steps(who))
    return Card(parts=parts, accent=Accent.GOOD, notify=(who.account.user,))


def _first_steps(who: Reader) -> Buttons:
    spoken = speakers(who)
    start, rules = _both(t.line("Start") for t in spoken), _both(t.line("Rules") for t in spoken)
    return Buttons((about_button(who.t, who.member.id, start), rules_button(who.t, who.member.id, rules)))


def rules_card(who: Reader, config: CommunitySettings, stages: Stages) -> Card:
    """Return the rules, with the button to agree, or the day of the agreement."""
    t = who.t
    rules = config.onboarding.rules_ja if t.language == "ja" else config.onboarding.rules_en
    parts: list[Part] = [Title(t.line("How we treat each other")), Text(RichText((rules,)))]
    if agreed := stages.get(Stage.AGREED):
        day = t.date(agreed, zone_of(who.member, who.account, config))
        parts.append(Footnote(t("You agreed to this on {day}. Thank you!", day=day)))
    else:
        parts.append(Buttons((Button(f"agree:{who.member.id}", t.line("I agree"), Style.PRIMARY),)))
    return Card(parts=tuple(parts))


def agreed_card(who: Reader) -> Card:
    """Return the thanks to somebody who agreed and has told nothing about themself yet."""
    t = who.t
    parts: tuple[Part, ...] = (
        Text(t("Thank you! Now tell us a little about yourself, so that the right people can find you.")),
        Buttons((about_button(t, who.member.id, t.line("Introduce yourself")),)),
    )
    return Card(parts=parts, accent=Accent.GOOD)


def nudge_card(who: Reader, config: CommunitySettings) -> Card:
    """Return the one nudge."""
    spoken = speakers(who)
    said = [
        t(
            "{who}, how do you find {community} so far? Just reading along is fine. If you like, "
            "tell us a little about yourself; it makes the first conversation easier.",
            who=who.mention,
            community=config.name[:80],
        )
        for t in spoken
    ]
    introduce, leave = _both(t.line("Introduce yourself") for t in spoken), _both(t.line("Leave it") for t in spoken)
    parts: tuple[Part, ...] = (
        Text(join("\n\n", said)),
        Buttons(
            (
                about_button(who.t, who.member.id, introduce),
                Button(f"nudge_off:{who.member.id}", leave),
            )
        ),
        Footnote(RichText((_both(t.line("I will not remind you again.") for t in spoken),))),
    )
    return Card(parts=parts)


def introduction_card(config: CommunitySettings, who: Mention, about: About, languages: Sequence[str]) -> Card:
    """Return an introduction as it stands in the channel, in the channel's language or languages."""
    speakers = [translator(language) for language in languages]
    hello = join("\n", [t("{who} has joined us. A reply with a hello is welcome!", who=who) for t in speakers])
    parts: list[Part] = [Text(hello), Quote(about.introduction)]
    fields: list[Field] = []
    if about.give:
        fields.append(
            Field(_both(t.line("Can help with") for t in speakers), topics_text(config, about.give, speakers))
        )
    if about.learn:
        fields.append(
            Field(_both(t.line("Wants to learn") for t in speakers), topics_text(config, about.learn, speakers))
        )
    if fields:
        parts.append(Fields(tuple(fields)))
    summary = _both(t.line("{name} says hello", name=who.name) for t in speakers)
    return Card(parts=tuple(parts), accent=Accent.WARM, summary=summary)


def topics_text(config: CommunitySettings, ids: Sequence[str], speakers: Sequence[Translator]) -> RichText:
    """Return the names of topics, as one line for all languages that are spoken."""
    chosen = set(only_known(config.topics, ids))
    names = [_both(topic_name(topic, t.language) for t in speakers) for topic in config.topics if topic.id in chosen]
    return listed(names, speakers)


def listed(names: Sequence[str], speakers: Sequence[Translator]) -> RichText:
    """Return names in one line; those for which there is no room are counted."""
    kept: list[str] = []
    room = LINE
    for name in names:
        room -= len(escape(name, quote=False)) + len(", ")
        if room < 0:
            break
        kept.append(name)
    if rest := len(names) - len(kept):
        kept.append(_both(t.n("and {n} more", "and {n} more", rest).plain() for t in speakers))
    return RichText((_comma(speakers[0]).join(kept) or NONE_YET,))


def _comma(t: Translator) -> str:
    return "、" if t.language == "ja" else ", "


def channel_text(place: ChannelLink | None, t: Translator) -> RichText:
    """Return a channel as a link, or in words where the bot cannot see it."""
    return RichText((place,)) if place else t("the introductions channel")


def _both(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))

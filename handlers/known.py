"""What is known of a member, as one value, and the private cards that show it."""

from __future__ import annotations

from dataclasses import dataclass

from chat.card import Accent, Button, Buttons, Card, Field, Fields, Footnote, Part, Style, Text, Title
from chat.ids import Platform
from chat.text import ChannelLink, RichText, rich
from community.config import TopicSettings
from community.people.onboarding import Stage, Stages
from community.people.topics import only_known, topic_name
from handlers.accounts import accounts_text
from handlers.context import Context
from handlers.onboarding_cards import NONE_YET, about_button, channel_text, listed, rules_button, topics_text
from handlers.onboarding_forms import LANGUAGE_NAMES, LEVEL_NAMES
from handlers.readers import Reader, settings_of, zone_of
from storage.people.profiles import PostedIntroduction, Told
from storage.questions.invitations import ROUTING


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A channel to enter, or a badge to wear, for a topic that somebody chose."""

    topic: str
    name: str
    is_channel: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the private cards tell a member about themself."""

    who: Reader
    told: Told
    stages: Stages
    introduction: PostedIntroduction | None
    channel: ChannelLink | None  # where introductions go
    suggestions: tuple[Suggestion, ...]
    may_be_asked: bool  # invited to answer questions


async def load_known(ctx: Context, who: Reader) -> Known:
    """Load what is known of a member."""
    told = await ctx.db.profiles.told(who.member.id)
    joined = await ctx.db.profiles.joined_topics(who.member.id, who.account.user.home)
    return Known(
        who=who,
        told=told,
        stages=await ctx.db.onboarding.stages(who.member.id),
        introduction=await ctx.db.profiles.introduction(who.member.id),
        channel=introductions_channel(ctx, who),
        suggestions=tuple(s for s in suggest(ctx, who, told) if (s.topic, s.is_channel) not in joined),
        may_be_asked=not await ctx.db.invitations.opted_out(ROUTING, among=(who.member.id,)),
    )


def introductions_channel(ctx: Context, who: Reader) -> ChannelLink | None:
    """Return the channel for introductions in the workspace of an account; else the landing channel."""
    workspace = who.account.user.home
    settings = settings_of(ctx.config, workspace)
    if settings is None:
        return None
    for name in (settings.channels.introductions, settings.channels.welcome):
        info = ctx.chat.place(workspace, name) if name else None
        if info:
            return ChannelLink(info.place, info.name)
    return None


def suggest(ctx: Context, who: Reader, told: Told) -> tuple[Suggestion, ...]:
    """Return what the platform of an account offers for the topics that its member chose."""
    chosen = set(only_known(ctx.config.topics, told.topics))
    found: list[Suggestion] = []
    for topic in ctx.config.topics:
        if topic.id in chosen:
            found += offers_of(topic, who.account.user.platform)
    return tuple(found)


def offers_of(topic: TopicSettings, platform: Platform) -> list[Suggestion]:
    """Return what a platform offers for a topic."""
    if platform is Platform.DISCORD:
        offers = [(topic.discord_role, False)]
    else:
        offers = [(topic.slack_channel, True), (topic.slack_group, False)]
    return [Suggestion(topic.id, name, is_channel) for name, is_channel in offers if name]


def shown_name(offer: Suggestion) -> str:
    """Return a channel's or badge's name as people of the platforms write it."""
    return f"#{offer.name.lstrip('#')}" if offer.is_channel else f"@{offer.name}"


def steps_card(known: Known) -> Card:
    """Return what comes next for somebody who has just told about themself."""
    t = known.who.t
    parts: list[Part] = [Title(t.line("Thank you!"))]
    if state := _introduction_text(known):
        parts.append(Text(state))
    if known.suggestions:
        parts.append(Text(t("For your topics: {names}", names=_names(known))))
    buttons = _step_buttons(known)
    if buttons:
        parts += [Text(t("Next, if you like:")), Buttons(tuple(buttons))]
    parts.append(Footnote(t("You can change all of this at any time with `/tsudoi me`.")))
    return Card(parts=tuple(parts), accent=Accent.GOOD)


def me_parts(ctx: Context, known: Known) -> list[Part]:
    """Return what is known of a member, with the buttons to change it."""
    t, told, member = known.who.t, known.told, known.who.member
    about = told.about
    levels = [
        f"{topic_name(topic, t.language)}: {t.line(LEVEL_NAMES[told.levels[topic.id]])}"
        for topic in ctx.config.topics
        if topic.id in told.levels
    ]
    zone = zone_of(member, known.who.account, ctx.config)
    language = LANGUAGE_NAMES.get(member.language or "", t.line("Same as my app"))
    fields = [
        Field(t.line("What brings you here?"), _or_none(about.purpose)),
        Field(t.line("Can help with"), topics_text(ctx.config, about.give, [t])),
        Field(t.line("Wants to learn"), topics_text(ctx.config, about.learn, [t])),
        Field(t.line("Your levels"), listed(levels, [t])),
        Field(t.line("Language"), RichText((language,))),
        Field(t.line("Time zone"), RichText((zone.key,))),
        Field(t.line("Quiet hours"), _or_none(member.quiet_hours or "")),
        Field(t.line("Rules"), t("agreed") if Stage.AGREED in known.stages else t("not agreed yet")),
        Field(t.line("Questions of others"), t("I may ask you") if known.may_be_asked else t("I don't ask you")),
    ]
    parts: list[Part] = [Title(t.line("What I know about you")), Fields(tuple(fields))]
    if state := _introduction_text(known):
        parts.append(Text(state))
    buttons = [
        about_button(t, member.id, t.line("About you")),
        *(b for b in _step_buttons(known) if not b.action.startswith(("agree:", "rules:"))),
        rules_button(t, member.id),
    ]
    parts.append(Buttons(tuple(buttons)))
    row = [_asking_button(known)]
    if len(member.accounts) > 1:
        parts.append(Text(rich(t("**Linked accounts**"), "\n", accounts_text(ctx, member, t))))
        row.append(Button(f"links:{member.id}", t.line("Unlink …")))
    parts.append(Buttons(tuple(row)))
    return parts


def _asking_button(known: Known) -> Button:
    t, member_id = known.who.t, known.who.member.id
    if known.may_be_asked:
        return Button(f"route_off:{member_id}", t.line("Don't ask me questions"))
    return Button(f"route_on:{member_id}", t.line("Ask me questions again"))


def _introduction_text(known: Known) -> RichText | None:
    t, introduction = known.who.t, known.introduction
    channel = channel_text(known.channel, t)
    if introduction is None or introduction.state == "removed":
        return None
    if introduction.state == "standing":
        return t("Your introduction is in {channel}.", channel=channel)
    if Stage.AGREED in known.stages:
        return t("Your introduction waits until I can post in {channel}.", channel=channel)
    return t("Your introduction goes to {channel} as soon as you have agreed to the rules.", channel=channel)


def _step_buttons(known: Known) -> list[Button]:
    t, member_id = known.who.t, known.who.member.id
    buttons: list[Button] = []
    if Stage.AGREED not in known.stages:
        buttons.append(Button(f"agree:{member_id}", t.line("I agree to the rules"), Style.PRIMARY))
        buttons.append(rules_button(t, member_id))  # nobody agrees to what they cannot read
    if known.told.topics:
        buttons.append(Button(f"levels:{member_id}:0", t.line("Your levels")))
    buttons.append(Button(f"rhythm:{member_id}", t.line("Language and hours")))
    if known.suggestions:
        buttons.append(Button(f"join:{member_id}", t.line("Join these")))
    return buttons


def _names(known: Known) -> RichText:
    return listed([shown_name(offer) for offer in known.suggestions], [known.who.t])


def _or_none(text: str) -> RichText:
    return rich(text or NONE_YET)

"""What is said to who thanks: why something is not taken, the form, and the receipt."""

from __future__ import annotations

from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Quote, Style, Text, Title
from chat.form import Form, Paragraph
from chat.text import Code, Mention, RichText
from community.thanks.giving import WORDS, Refusal, Thanked
from handlers.context import Context
from handlers.readers import Reader
from storage.people.choices import OFF, THANKS_HINTS, wants_private


def refusal_text(ctx: Context, who: Reader, why: Refusal, name: str) -> RichText:
    """Return, kindly, why it is not taken, and what to do."""
    t, quota = who.t, ctx.config.thanks.daily_quota
    return {
        Refusal.SELF: t("That is you! Be kind to yourself anyway; thanks go to somebody else here."),
        Refusal.BOT: t("That is a bot's. It is glad, but thanks go to people here."),
        Refusal.GONE: t("{name} is no longer here, so your thanks would not reach them.", name=name),
        Refusal.EMPTY: t("For what? A few words make all the difference: {example}", example=example(who)),
        Refusal.LONG: t("That is a little long. Up to {n} characters fit.", n=WORDS),
        Refusal.TWICE: t("You have thanked {name} for this already. They know!", name=name),
        Refusal.QUOTA: t.n(
            "You have thanked somebody {n} time today, which is as often as it goes. Tomorrow is a good day, too.",
            "You have thanked people {n} times today, which is as often as it goes. Tomorrow is a good day, too.",
            quota,
        ),
    }[why]


def example(who: Reader) -> Code:
    """Return how the command is typed."""
    return Code(who.t.line("/thanks @name for explaining the webhooks"))


def thanks_form(who: Reader, form_id: str, name: str, *, required: bool, words: str = "") -> Form:
    """Return the form that asks for what somebody is thanked for."""
    t = who.t
    return Form(
        id=form_id,
        title=t.line("Say thanks"),
        fields=(
            Paragraph(
                key="words",
                label=t.line("What did they do for you?"),
                hint=t.line("To {name}. One sentence is plenty.", name=name[:40]),
                required=required,
                value=words,
                max_length=WORDS,
            ),
        ),
        submit=t.line("Say thanks"),
        cancel=t.line("Cancel"),
    )


def receipt(who: Reader, thanks: Thanked, receiver: Mention | str, *, openly: bool) -> Card:
    """Return what who thanked sees: where it was said, and the way back."""
    t = who.t
    said = (
        t("Thank you for saying it! {name} is told here, where all can read it.", name=receiver)
        if openly
        else t("Thank you for saying it! {name} is told in private.", name=receiver)
    )
    parts: list[Part] = [Text(said)]
    if thanks.words:
        parts.append(Quote(thanks.words))
    parts.append(Buttons((Button(f"thanks_back:{thanks.id}", t.line("Take it back")),)))
    return Card(parts=tuple(parts), accent=Accent.GOOD)


def explanation(ctx: Context, who: Reader, chosen: dict[str, str], said: RichText | None = None) -> Card:
    """Return what thanks are here, how to give them, and what one may choose."""
    t, member = who.t, who.member.id
    parts: list[Part] = [Title(t.line("Say thanks"))]
    if said is not None:
        parts.append(Text(said))
    parts.append(Text(t("Somebody helped you? Tell them, and say for what: {example}", example=example(who))))
    others = [t.line("The menu of a message has “Say thanks”, too.")]
    if ctx.config.thanks.reaction.strip():
        others.append(t.line("The reaction {emoji} on a message counts as thanks for it.", emoji=_shown(ctx)))
    others.append(t.line("The weekly digest may tell of it. Nobody is ranked."))
    parts.append(Text(RichText(("\n".join(f"• {line}" for line in others),))))
    shy = wants_private(chosen)
    buttons = [
        Button(f"thanks_shy:{member}:on", t.line("You may thank me openly"))
        if shy
        else Button(f"thanks_shy:{member}:off", t.line("Thank me only in private"))
    ]
    if ctx.config.thanks.notice_words:
        unasked = chosen.get(THANKS_HINTS) == OFF
        buttons.append(
            Button(f"thanks_hints:{member}:on", t.line("Ask me when I thank somebody"))
            if unasked
            else Button(f"thanks_hints:{member}:off", t.line("Don't ask me about my words"))
        )
    parts.append(Buttons(tuple(buttons)))
    return Card(parts=tuple(parts), accent=Accent.WARM)


def _shown(ctx: Context) -> str:
    emoji = ctx.config.thanks.reaction.strip()
    return f":{emoji.strip(':')}:" if emoji.strip(":").isascii() else emoji


def hint_card(who: Reader, thanks: Thanked, receiver: Mention | str) -> Card:
    """Return the private question whether words were thanks."""
    t = who.t
    parts: tuple[Part, ...] = (
        Text(t("Shall I note this as your thanks to {name}?", name=receiver)),
        Buttons(
            (
                Button(f"thanks_yes:{thanks.id}", t.line("Yes, thank them"), Style.PRIMARY),
                Button(f"thanks_no:{thanks.id}", t.line("No")),
                Button(f"thanks_hints:{who.member.id}:off", t.line("Don't ask me about my words")),
            )
        ),
        Footnote(t("Only you see this. Without an answer nothing is noted.")),
    )
    return Card(parts=parts, accent=Accent.WARM)

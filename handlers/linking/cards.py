"""What is said about linking: the code, with whom one becomes one member, what follows, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping

from chat.card import Accent, Button, Buttons, Card, Divider, Footnote, Part, Style, Text, Title
from chat.text import Code, Mention, RichText, join, rich
from community.people.linking import Common, Refusal, shown
from community.people.members import Account, Member
from handlers.accounts import LISTED, account_text, accounts_text
from handlers.context import Context
from handlers.previews import LEAVE, preview_card
from handlers.readers import Reader, name_of
from locales import Translator, msg


def code_card(ctx: Context, who: Reader, code: str) -> Card:
    """Return a fresh code, with what to do with it; and which accounts are linked already."""
    t, typed = who.t, f"/tsudoi link code:{shown(code)}"
    parts: list[Part] = [
        Title(t.line("Link your other account")),
        Text(
            t("Are you in this community with another account, too? Type this there, and you are one member with both:")
        ),
        Text(RichText((Code(typed),))),
        Footnote(
            t(
                "The code works once, within 15 minutes. Give it to nobody: whoever types it becomes one member with "
                "you."
            )
        ),
    ]
    if len(who.member.accounts) > 1:
        parts += [Divider(), *linked_parts(ctx, who)]
    return Card(parts=tuple(parts))


def linked_parts(ctx: Context, who: Reader) -> list[Part]:
    """Return which accounts are linked, each with a button that lets it go."""
    t = who.t
    parts: list[Part] = [Text(t("**Linked accounts**")), Text(accounts_text(ctx, who.member, t))]
    if len(who.member.accounts) > 1:
        parts.append(Buttons((Button(f"links:{who.member.id}", t.line("Unlink …")),)))
    return parts


def choose_card(ctx: Context, who: Reader) -> Card:
    """Return the accounts of a member, to choose the one that is to be a member of its own."""
    t = who.t
    if len(who.member.accounts) < 2:  # noqa: PLR2004 - one is nothing to unlink
        return Card(parts=(Text(t("You have one account here. `/tsudoi link` links another one.")),))
    parts: list[Part] = [
        Title(t.line("Unlink an account")),
        Text(t("Which account is to be a member of its own again?")),
    ]
    for n, account in enumerate(who.member.accounts[:LISTED]):
        parts += [
            Text(account_text(ctx, account, t)),
            Buttons((Button(f"unlink:{who.member.id}:{n}", t.line("This one")),)),
        ]
    return Card(parts=tuple(parts))


def link_card(ctx: Context, who: Reader, first: Member, common: Common, code: str, *, lets_in: bool) -> Card:
    """Return with whom somebody becomes one member, and what follows, before anything happens.

    ``lets_in``: one of the two waits for a seat.
    """
    t = who.t
    follows = [
        t("Everything counts you once: seats, questions, thanks, figures."),
        t("Whatever was yours with either account is yours with both."),
    ]
    if lets_in:
        follows.append(
            t("The account that still waits for a seat comes in: you have one seat in the community with both.")
        )
    if common.meetups:
        follows.append(
            t.n(
                "You are on the list of {n} meetup with both. You keep the better place; the other goes to the next.",
                "You are on the list of {n} meetups with both. You keep the better place each time; the other goes to "
                "the next.",
                common.meetups,
            )
        )
    if common.profiles:
        follows.append(t("You told about yourself with both: your newer words stay, and all topics."))
    if common.introductions:
        follows.append(t("You introduced yourself with both: the first post stays, the second is taken down."))
    if common.thanks:
        follows.append(t("Thanks between the two accounts are taken back."))
    if common.opt_outs:
        follows.append(t("What you said no to with either account stays a no."))
    follows.append(t("What you may do as a moderator stays with the account that may do it."))
    parts = (
        Title(t.line("Link these accounts?")),
        Text(t("You become one member with:")),
        Text(accounts_text(ctx, first, t)),
        Text(t("You are here with:")),
        Text(accounts_text(ctx, who.member, t)),
        Divider(),
        Text(join("\n", [rich("• ", line) for line in follows])),
        Footnote(t("Do you not know who that is? Then leave it. You can unlink later with `/tsudoi link`.")),
        Buttons((Button(f"link_do:{code}", t.line("Link them"), Style.PRIMARY), Button(LEAVE, t.line("Leave it")))),
    )
    return Card(parts=parts, accent=Accent.WARM)


def done_card(ctx: Context, who: Reader) -> Card:
    """Say that it is done."""
    t = who.t
    parts = (
        Text(t("Linked: you are one member with these accounts.")),
        Text(accounts_text(ctx, who.member, t)),
        Footnote(t("`/tsudoi link` shows them and lets you unlink.")),
    )
    return Card(parts=parts, accent=Accent.GOOD)


def told_card(ctx: Context, who: Reader, by: Account, gone: int, *, gone_stays: bool) -> Card:
    """Tell the account that gave the code who used it, with the way back."""
    t = who.t
    undo = f"link_undo:{who.member.id}:{gone}:{int(gone_stays)}"
    parts = (
        Text(t("Your code was used. You are now one member with this account:")),
        Text(account_text(ctx, by, t)),
        Footnote(t("Was that you? Then there is nothing to do. Otherwise the button undoes it at once.")),
        Buttons((Button(undo, t.line("This was not me"), Style.DANGER),)),
    )
    return Card(parts=parts, accent=Accent.WARM)


def unlink_card(ctx: Context, who: Reader, n: int, *, shares_seat: bool) -> Card:
    """Return what follows from unlinking, before it happens; ``shares_seat``: an account of theirs had to wait once."""
    t, account = who.t, who.member.accounts[n]
    follows = [
        t("What you wrote, asked, answered and gave thanks for there goes along."),
        t("What you told about yourself, and what you said no to, is copied: both have it."),
        t("Seats, thanks you were given, moments and everything else stay with the other account."),
    ]
    if shares_seat:
        follows.append(
            t("Who came in by being linked has no seat of their own: if the community is full, they wait again.")
        )
    return preview_card(
        t,
        t("This account becomes a member of its own:"),
        do=f"unlink_do:{who.member.id}:{n}:{mark_of(account)}",
        label=t.line("Unlink"),
        shown=(Text(account_text(ctx, account, t)), Text(join("\n", [rich("• ", line) for line in follows]))),
        danger=True,
    )


def mark_of(account: Account) -> str:
    """Return what tells an account from those that may have come or gone since a card was shown."""
    return f"{account.user.platform}-{account.user.workspace}-{account.user.id}"[-48:]


REFUSALS: Mapping[Refusal, str] = {
    Refusal.UNKNOWN: msg(
        "This code does not work: it may be mistyped, used already, or older than 15 minutes. "
        "`/tsudoi link` on the other account gives you a fresh one."
    ),
    Refusal.ELSEWHERE: msg("This code is of another community. Accounts can be linked within one community only."),
    Refusal.ALREADY: msg(
        "This is the code of this very account, or of one that is linked already. Type it with the other account."
    ),
    Refusal.SAME_PLACE: msg(
        "Both accounts are in the same place. Only accounts of different workspaces or servers can be linked; "
        "please use one of the two."
    ),
    Refusal.BOT: msg("An app's account cannot be linked."),
    Refusal.WAITING: msg("Both accounts wait for a seat in the community. Link them once one of them has it."),
    Refusal.DECLINED: msg("An account that was not given a seat in the community cannot be linked."),
    Refusal.TOO_OFTEN: msg("Those were too many wrong codes. Please wait an hour, then get a fresh one."),
}


def refusal_text(t: Translator, why: Refusal) -> RichText:
    """Say kindly why not, and what to do instead."""
    return t(REFUSALS[why])


def mention(account: Account, t: Translator) -> Mention:
    """Return an account as a mention."""
    return Mention(account.user, name_of(account, t))

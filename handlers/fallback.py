"""Kind words for what nobody handles: an old button, an unknown command, a fault of ours."""

from __future__ import annotations

from chat.answers import Answer, Nothing, Say
from chat.card import Accent, Card, Footnote, Text
from chat.events import ActionPressed, CommandUsed, FormSubmitted, HomeOpened, Interaction, MenuUsed
from chat.text import Code, RichText
from handlers.context import Context
from locales import Translator, msg


def explain_unknown(ctx: Context, event: Interaction) -> Answer:
    """Answer an interaction that no feature takes."""
    match event:
        case CommandUsed():
            typed = f"/{event.command} {event.sub or event.text}".strip()[:60]
            said = ctx.t("I do not know {command}. Try {help}.", command=Code(typed), help=Code("/tsudoi help"))
        case ActionPressed() | FormSubmitted() | MenuUsed():
            said = ctx.t("That is from an earlier time and leads nowhere now. {help} shows what I can do.", help=_HELP)
        case HomeOpened():
            return Nothing()
    return Say(_card(said))


def apology(t: Translator, incident: str, *, kept: bool) -> Answer:
    """Say that something went wrong with us, and whether it will still be done."""
    if kept:
        said = t("I cannot write anything down just now. I kept this and will do it as soon as I can. ({incident})",
                 incident=incident)  # fmt: skip
    else:
        said = t("Sorry, something went wrong on my side. A moderator can find it by this number: {incident}",
                 incident=incident)  # fmt: skip
    return Say(_card(said, Accent.ALERT))


# What an adapter has to say by itself, by the code it gives
PROBLEMS = {
    "expired_trigger": msg("That took too long to open. Please press it once more."),
    "too_late": msg("That took longer than expected. Please try once more."),
    "platform_refused": msg("The chat did not let me show that. Please try once more."),
    "not_stored": msg("I could not write that down. Please try again in a moment; nothing was changed."),
}


def problem_card(t: Translator, code: str, incident: str) -> Card:
    """Return the card for a problem that only the adapter can see."""
    said = t(PROBLEMS.get(code, PROBLEMS["platform_refused"]))
    number = t("For a moderator, should it happen again: {incident}", incident=Code(incident))
    return Card(parts=(Text(said), Footnote(number)), accent=Accent.WARM)


def _card(said: RichText, accent: Accent = Accent.CALM) -> Card:
    return Card(parts=(Text(said),), accent=accent)


_HELP = Code("/tsudoi help")

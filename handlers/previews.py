"""A dry run: says what would happen to others, and to how many, before a moderator does it.

Whatever is undone by one tap needs none. ``do`` is the action that does it; what it changes has to be checked again
there, because a preview may stand for days, and another moderator may be faster.
"""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Style, Text
from chat.events import ActionPressed
from chat.text import RichText
from handlers.context import Context
from handlers.readers import note, reader
from handlers.routes import Feature, press
from locales import Translator

LEAVE = "leave_it"


def preview_card(
    t: Translator,
    would: RichText,
    *,
    do: str,
    label: str = "",
    shown: Sequence[Part] = (),
    follows: RichText | None = None,
    danger: bool = False,
) -> Card:
    """Return what would happen, with what follows from it, and the two buttons.

    ``label`` names the deed, and ``shown`` is what others would read of it.
    """
    small = (Footnote(follows),) if follows else ()
    style = Style.DANGER if danger else Style.PRIMARY
    buttons = Buttons((Button(do, label or t.line("Do it"), style), Button(LEAVE, t.line("Leave it"))))
    return Card(parts=(Text(would), *shown, *small, buttons), accent=Accent.WARM)


async def leave_it(ctx: Context, event: ActionPressed) -> Answer:
    """Change nothing, and say so."""
    who = await reader(ctx, event)
    return Redraw(note(who.t("Left as it is: nothing was changed.")).card)


FEATURE = Feature("previews", routes=(press(LEAVE, leave_it),))

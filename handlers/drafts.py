"""A form that could not be taken: its errors are said in private, and a button opens it again as it was filled in."""

from __future__ import annotations

from chat.answers import Answer, Invalid, OpenForm
from chat.card import Accent, Button, Buttons, Card, Style, Text, Title
from chat.events import ActionPressed
from chat.ids import UserRef
from chat.text import Bold, join, rich
from handlers.context import Context
from handlers.readers import refused
from handlers.routes import Feature, press


async def keep_draft(ctx: Context, user: UserRef, invalid: Invalid) -> Invalid:
    """Keep what was typed, and give the answer a card for platforms whose forms cannot show errors."""
    draft = await ctx.db.drafts.keep(user, invalid.form, ctx.now)
    labels = {field.key: field.label for field in invalid.form.fields}
    lines = [rich("• ", Bold(labels.get(key, key)), "  ", error) for key, error in invalid.errors.items()]
    card = Card(
        parts=(
            Title(ctx.t.line("Almost there")),
            Text(join("\n", lines)),
            Text(ctx.t("What you wrote is kept. Open the form again and change only this.")),
            Buttons((Button(f"draft:{draft}", ctx.t.line("Open the form again"), Style.PRIMARY),)),
        ),
        accent=Accent.WARM,
    )
    return Invalid(invalid.errors, invalid.form, card)


async def reopen(ctx: Context, event: ActionPressed) -> Answer:
    """Open a kept form again for its writer."""
    form = await ctx.db.drafts.load(event.action.partition(":")[2], event.user)
    if form is None:
        gone = ctx.t("This form is no longer kept. Please start again; it is quick the second time.")
        return refused(gone)
    return OpenForm(form)


FEATURE = Feature("drafts", routes=(press("draft", reopen, opens_form=True),))

"""Questions: from the first words to the solution that others find again."""

from handlers.questions import (
    ask,
    asking,
    channel,
    desk,
    drafts,
    earlier,
    escalation,
    find,
    ideas,
    invite,
    invited,
    menu,
    offers,
    product,
    relay,
    standing,
)
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (
    ask.FEATURE,
    asking.FEATURE,
    channel.FEATURE,
    desk.FEATURE,
    drafts.FEATURE,
    earlier.FEATURE,
    escalation.FEATURE,
    find.FEATURE,
    ideas.FEATURE,
    invite.FEATURE,
    invited.FEATURE,
    menu.FEATURE,
    offers.FEATURE,
    product.FEATURE,
    relay.FEATURE,
    standing.FEATURE,
)

"""Questions: from the first words to the solution that others find again."""

from handlers.questions import desk, escalation, ideas, product, standing
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (
    desk.FEATURE,
    escalation.FEATURE,
    ideas.FEATURE,
    product.FEATURE,
    standing.FEATURE,
)

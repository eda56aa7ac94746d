"""Thanks among members: typed, by a message's menu, by a reaction, or noticed in what people write."""

from handlers.routes import Feature
from handlers.thanks import desk, giving, noticing

FEATURES: tuple[Feature, ...] = (giving.FEATURE, noticing.FEATURE, desk.FEATURE)

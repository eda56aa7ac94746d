"""Kind words: private hints to who writes a hurtful word, and the lists of words that moderators edit."""

from handlers.kind_words import desk, noticing

FEATURES = (noticing.FEATURE, desk.FEATURE)

"""The pulse: members are asked once a month, without names, how safe it feels here."""

from handlers.pulse import answering, desk, standing

FEATURES = (standing.FEATURE, answering.FEATURE, desk.FEATURE)

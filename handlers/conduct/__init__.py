"""Reports to the moderators, with a name or without, and the cases that they become."""

from handlers.conduct import alarm, alone, apart, changes, desk, endings, handing_back, queue, relay, report, to_member
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (
    report.FEATURE,
    relay.FEATURE,
    desk.FEATURE,
    endings.FEATURE,
    apart.FEATURE,
    alone.FEATURE,
    to_member.FEATURE,
    queue.FEATURE,
    alarm.FEATURE,
    changes.FEATURE,
    handing_back.FEATURE,
)

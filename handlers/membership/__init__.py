"""The cap and the waiting list of the community: who waits, who is offered a seat, and what moderators do about it."""

from handlers.membership import applicant, cap, deciding, desk, standing
from handlers.membership.desk import WAITLIST

FEATURES = (applicant.FEATURE, desk.FEATURE, deciding.FEATURE, cap.FEATURE, standing.FEATURE)

__all__ = ["FEATURES", "WAITLIST"]

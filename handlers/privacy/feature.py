"""The routes of privacy."""

from __future__ import annotations

from community.hours.schedule import Standing
from handlers.privacy import again, asking, card, choosing, keeping, taking
from handlers.privacy.admitting import BEGIN, begin_anew
from handlers.privacy.erasing import HOME
from handlers.routes import Feature, command, due, form, press, settled
from storage.erasing.again import AGAIN
from storage.held.membership import ERASED, SALTS

FEATURE = Feature(
    "privacy",
    routes=(
        command("tsudoi", card.PRIVACY.name, card.show),
        press("privacy", card.show_again),
        press("privacy_choices", choosing.show),
        press("privacy_set", choosing.turn),
        press("privacy_file", taking.take_along),
        press("privacy_ask", asking.explain),
        press("privacy_sure", asking.open_form, opens_form=True),
        form("privacy_sure", asking.erase_me),
        press(BEGIN, begin_anew),
        settled(taking.KEY, taking.follow),
        settled(HOME, asking.forget_home),
        due(asking.FORGET, asking.forget),
        due(keeping.KEEP, keeping.keep),
        due(AGAIN, again.follow),
    ),
    standing=(Standing(keeping.KEEP, keeping.next_night),),
    stores=(ERASED, SALTS),
)

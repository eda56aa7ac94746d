"""The pages of settings and of deeds are those that the code makes."""

from bot.docs.moderation import AUDIT, SETTINGS, audit_page, settings_page
from handlers import FEATURES


def test_the_page_of_settings_is_up_to_date() -> None:
    assert SETTINGS.read_text(encoding="utf-8") == settings_page(), "make docs"


def test_the_page_of_deeds_is_up_to_date() -> None:
    assert AUDIT.read_text(encoding="utf-8") == audit_page(FEATURES), "make docs"

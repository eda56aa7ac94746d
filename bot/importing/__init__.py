"""Brings what was said before the bot came into the store: ``tsudoi import``. See docs/import.md."""

"""``python -m bot`` is ``tsudoi``."""

from bot.cli import main

main()

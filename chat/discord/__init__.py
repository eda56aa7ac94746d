"""Discord: REST v10 and the gateway through discord.py, the neutral vocabulary on the other side."""

from chat.discord.adapter import DiscordAdapter
from chat.discord.settings import DiscordSettings

__all__ = ["DiscordAdapter", "DiscordSettings"]

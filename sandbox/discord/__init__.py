"""The Discord face of the sandbox: REST v10 and the gateway, as far as a community bot uses them."""

from sandbox.discord.build import build_server
from sandbox.discord.face import DiscordFace

__all__ = ["DiscordFace", "build_server"]

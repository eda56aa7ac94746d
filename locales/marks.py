"""The mark for messages in data, as the rooms above the adapters know it."""

from chat.marks import msg

__all__ = ["msg"]

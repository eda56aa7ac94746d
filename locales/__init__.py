"""The bot's words: gettext catalogues with English keys, read once."""

from locales.marks import msg
from locales.translator import Translator, Value, translator

__all__ = ["Translator", "Value", "msg", "translator"]

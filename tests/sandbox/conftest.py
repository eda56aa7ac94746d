"""Loads discord.py once, before the tests turn warnings into errors."""

import warnings

with warnings.catch_warnings():
    # discord.py imports audioop for voice; Python 3.13 drops it, and discord.py then brings its own
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    import discord  # noqa: F401 - imported for its effect

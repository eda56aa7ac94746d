"""Payloads that no platform would send, by the hundred thousand, through every way in: see ``__main__``."""

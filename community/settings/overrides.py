"""The settings that hold: the file's, with what moderators changed in the chat on top."""

from __future__ import annotations

import functools
import json
from typing import Any

import msgspec

from community.config import CommunitySettings, ConfigError


def effective_settings(base: CommunitySettings, overrides: dict[str, str]) -> CommunitySettings:
    """Lay values set in the chat over the file's. One that no longer fits is left out rather than stopping the bot."""
    return _effective(tuple(sorted(overrides.items())), _Held(base))[0] if overrides else base


def left_out(base: CommunitySettings, overrides: dict[str, str]) -> frozenset[str]:
    """Return the keys of those that do not fit, and of those that the file locks."""
    return _effective(tuple(sorted(overrides.items())), _Held(base))[1] if overrides else frozenset()


class _Held:
    """Lets settings be remembered by identity: they never change while the process runs."""

    def __init__(self, settings: CommunitySettings) -> None:
        self.settings = settings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.settings is self.settings

    def __hash__(self) -> int:
        return id(self.settings)


@functools.lru_cache(maxsize=64)
def _effective(overrides: tuple[tuple[str, str], ...], held: _Held) -> tuple[CommunitySettings, frozenset[str]]:
    settings = held.settings
    locked = {key for key, _ in overrides if is_locked(settings, key)}
    waiting = [(key, value) for key, value in overrides if not is_locked(settings, key)]
    while waiting:  # two values may fit only together: what does not fit yet is tried again after the others
        left = []
        for key, value in waiting:
            try:
                settings = with_setting(settings, key, value)
            except ConfigError:
                left.append((key, value))
        if len(left) == len(waiting):
            break
        waiting = left
    return settings, frozenset(locked.union(key for key, _ in waiting))


def with_setting(settings: CommunitySettings, key: str, value: str) -> CommunitySettings:
    """Return settings with one dotted key set from text.

    Raises:
        ConfigError: there is no such key, or the value does not fit; the text says which.

    """
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    *path, last = key.split(".")
    spot: Any = plain
    for part in path:
        spot = _step(spot, part)
    if not isinstance(spot, dict) or last not in spot or _is_table(last, spot[last]):
        raise ConfigError(f"{key}: there is no such setting")
    spot[last] = _read_list(key, value) if isinstance(spot[last], dict | list | tuple) else value
    try:
        return msgspec.convert(plain, CommunitySettings, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{key}: {error}") from None


def is_locked(settings: CommunitySettings, key: str) -> bool:
    """Say whether only the file may change a setting: it is named in ``locked``, or a table that it stands in is.

    A channel or badge is named as in the file of its workspace: ``channels.digest``, ``moderators``.
    """
    parts = key.split(".")
    if parts[0] == "workspaces":
        parts = parts[2:]
    return any(".".join(parts[:n]) in settings.locked for n in range(1, len(parts) + 1))


def _is_table(name: str, held: Any) -> bool:  # noqa: ANN401 - plain data of any shape
    """Say whether it is a whole section, or a list of them; languages by channel are one value."""
    if isinstance(held, dict):
        return name != "languages"
    return isinstance(held, list | tuple) and any(isinstance(one, dict) for one in held)


def _read_list(key: str, value: str) -> Any:  # noqa: ANN401 - plain data of any shape
    try:
        return json.loads(value)
    except ValueError:
        raise ConfigError(f"{key}: no list that can be read") from None


def _step(spot: Any, part: str) -> Any:  # noqa: ANN401 - plain data of any shape
    """Go one step down: to a key, or to the workspace of a list that is called ``slack:T1``."""
    if isinstance(spot, list | tuple):
        return next((w for w in spot if "{platform}:{id}".format(**w["workspace"]) == part), None)
    return spot.get(part) if isinstance(spot, dict) else None

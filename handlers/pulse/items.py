"""The three items of the pulse, their grades, and their names for moderators."""

from __future__ import annotations

from community.conduct.pulse import Topic
from locales import msg

ITEMS = {
    Topic.SAFE: msg("I can say here what I do not know"),
    Topic.HEARD: msg("When I need help, somebody listens"),
    Topic.BELONGING: msg("I feel that I belong here"),
}
MEANT = {
    Topic.SAFE: msg("Ask, err, disagree: nobody laughs at me for it."),
    Topic.HEARD: msg("A question, a worry, an idea: somebody takes it up."),
    Topic.BELONGING: msg("I am one of those who are here, as I am."),
}
GRADE_NAMES = {
    5: msg("5 – I agree"),
    4: msg("4 – I rather agree"),
    3: msg("3 – Neither"),
    2: msg("2 – I rather disagree"),
    1: msg("1 – I disagree"),
}
NAMES = {Topic.SAFE: msg("Safe to speak"), Topic.HEARD: msg("Heard and helped"), Topic.BELONGING: msg("Belonging")}

"""English words that may hurt who reads them: insults, and what sends people away who ask.

A word stands here only where it is hardly ever meant well. What people say of themselves or of code is put out of sight
by ``but``. The gravest stand first. Moderators change the list for their own community.
"""

from __future__ import annotations

from community.conduct.kind_words_entry import Entry

_CALM = "I don't think I got this across. Let me try again"
_STOP = "Let's leave it at that"
_OTHERWISE = "I see it differently, because …"
_SEARCH = "Searching for these words finds it: …"
_READ = "This page explains it: …"
_OWN = (
    *(
        "i'm an",
        "i am an",
        "i was an",
        "i'm such an",
        "feel like an",
        "like an",
        "such an",
        "for an",
        "being an",
        "be an",
    ),
    *("i'm a", "i am a", "i was a", "i'm such a", "feel like a", "like a", "such a", "for a", "being a", "be a"),
    *("a complete", "a total", "a bit of an", "me an", "me a", "myself an", "myself a"),
)


def _of(word: str, instead: str, *but: str) -> Entry:
    return Entry(word, instead, but)


def _name(word: str) -> Entry:
    """Return a name that people also give themselves."""
    return Entry(word, _OTHERWISE, (*(f"{own} {word}" for own in _OWN), f"{word} proof", f"{word}-proof", f"{word} me"))


ENGLISH: tuple[Entry, ...] = (
    # Said to drive somebody away
    _of("kill yourself", _STOP),
    _of("kys", _STOP),
    _of("drop dead", _STOP),
    _of("go to hell", _STOP),
    _of("fuck you", _STOP),
    _of("fuck off", _STOP),
    _of("piss off", _STOP),
    _of("screw you", _STOP),
    _of("shut up", _STOP, "to shut up", "i'll shut up", "i will shut up", "i should shut up",
        "shut up and take my money", "i'll just shut up", "should just shut up", "to just shut up"),
    _of("shut the fuck up", _STOP),
    _of("stfu", _STOP),
    _of("gtfo", _STOP),
    _of("nobody asked you", _STOP),
    _of("nobody cares what you", _STOP),
    # Names for people
    _name("idiot"),
    _of("idiots", _OTHERWISE, "useful idiots", "for idiots"),
    _name("moron"),
    _of("morons", _OTHERWISE),
    _name("imbecile"),
    _name("dumbass"),
    _name("asshole"),
    _of("assholes", _OTHERWISE),
    _name("retard"),
    _of("retards", _OTHERWISE),
    _of("retarded", _OTHERWISE, "i'm retarded", "i am retarded", "i was retarded", "fire retarded"),
    _of("you suck", _OTHERWISE, "how much you suck", "if you suck", "until you suck"),
    _of("you're pathetic", _OTHERWISE),
    _of("you are pathetic", _OTHERWISE),
    _of("you're stupid", _CALM, "if you're stupid", "that you're stupid", "think you're stupid"),
    _of("you are stupid", _CALM, "if you are stupid", "that you are stupid", "think you are stupid"),
    _of("are you stupid", _CALM),
    _of("are you dumb", _CALM),
    _of("are you blind", _CALM),
    _of("you're dumb", _CALM, "if you're dumb", "that you're dumb"),
    _of("how dumb are you", _CALM),
    _of("what a stupid question", _READ),
    _of("your stupid", _CALM),
    _of("you clearly have no idea", _CALM),
    # To who asks
    _of("rtfm", _READ, "should have rtfm", "should've rtfm", "should rtfm", "i'll rtfm", "i rtfm", "to rtfm",
        "did rtfm", "more rtfm", "had rtfm", "me rtfm", "my rtfm"),
    _of("read the fucking manual", _READ),
    _of("lmgtfy", _SEARCH),
    _of("let me google that for you", _SEARCH),
    _of("just google it", _SEARCH, "i'll just google it", "i just google it", "to just google it",
        "can just google it"),
    _of("learn to code", _READ, "to learn to code", "learn to code in", "learn to code with", "want to learn to code",
        "who learn to code", "people learn to code", "i learn to code", "kids learn to code", "learn to code better"),
    _of("learn to read", _READ, "to learn to read", "have to learn to read", "learn to read the", "you learn to read"),
)  # fmt: skip

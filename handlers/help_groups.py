"""What people want to do, and the commands for it: the headings of help, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from locales import msg

RUNNING = msg("Run a meetup")
MY_PULSE = "tsudoi pulse"
UNNAMED = {
    "tsudoi help": "help does not name itself",
    "tsudoi find": "the same as /find, for who looks below /tsudoi",
}

# Each command stands below one heading, by name as it is typed; a test holds this
FOR_MEMBERS: Mapping[str, tuple[str, ...]] = {
    msg("Ask and find"): ("ask", "find"),
    msg("Meet"): ("meetup list", "meetup mine", "meetup show", "meetup calendar"),
    msg("Plan a meetup"): ("meetup new", "meetup edit", "meetup duplicate"),
    RUNNING: (
        "meetup participants",
        "meetup seat",
        "meetup remove",
        "meetup csv",
        "meetup questions",
        "meetup answers",
        "meetup attendance",
        "meetup figures",
    ),
    msg("Thank and celebrate"): ("thanks", "tsudoi nominate"),
    msg("Say that something is wrong"): ("tsudoi report", "tsudoi pulse"),
    msg("You and your data"): ("tsudoi digest", "tsudoi me", "tsudoi link", "tsudoi privacy"),
}
FOR_MODERATORS: Mapping[str, tuple[str, ...]] = {
    msg("See how we are doing"): ("community status", "community kpi", "community report", "community pulse"),
    msg("Look after people"): (
        "community cases",
        "community duty",
        "community welcomers",
        "community waitlist",
        "community thanks",
        "community pins",
    ),
    msg("Questions, ideas, the digest"): ("community questions", "community ideas", "community digest"),
    msg("Settings and the record"): (
        "community settings",
        "community audit",
        "community words",
        "community quiet",
    ),
}

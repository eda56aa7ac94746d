"""What an undo took back, in words. A test holds the kinds of deeds to those that can be undone."""

from __future__ import annotations

from collections.abc import Mapping

from locales import msg

UNDONE_WORDS: Mapping[str, str] = {
    "setting.changed": msg("the change of the setting {subject}"),
    "setting.reset": msg("that the setting {subject} went back to the file's value"),
    "membership.cap": msg("the change of the cap"),
    "applicant.declined": msg("that the application of {member} was declined"),
    "applicant.moved": msg("that {member} was moved in the line"),
    "quiet.set": msg("the change of the quiet days"),
    "peak.approved": msg("that a moment of {member} may be told"),
    "peak.dropped": msg("that a moment of {member} is not told"),
    "pin.said": msg("the note on {member} as an organiser"),
    "welcomer.asked": msg("that {member} was asked to be a welcomer"),
    "welcomer.removed": msg("that {member} is no welcomer any more"),
    "welcomer.capped": msg("the change of how often {member} is asked"),
    "digest.skipped": msg("that the week's digest is skipped"),
    "digest.resumed": msg("that the week's digest is posted after all"),
    "digest.edited": msg("the change of the digest's opening words"),
    "case.resolved": msg("that report {subject} was resolved"),
    "case.dismissed": msg("that report {subject} was dismissed"),
    "case.declared": msg("that somebody of the same name may take part in report {subject}"),
    "case.lifted": msg("that somebody of the team may take part in report {subject}"),
    "question.closed": msg("the closing of the question “{subject}”"),
    "question.merged": msg("that the question “{subject}” is the same as another"),
    "question.handed_over": msg("that the question “{subject}” was handed over to the product team"),
    "question.solved": msg("that the question “{subject}” was solved"),
    "idea.decided": msg("the decision on an idea ({subject})"),
    "words.added": msg("the new word {subject} of the kind words"),
    "words.taken_out": msg("that the word {subject} was taken off the kind words"),
    "words.put_back": msg("the reset of the word {subject} of the kind words"),
}

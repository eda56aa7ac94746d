"""What happens when a member or moderator does something: one file per feature, collected here by hand."""

from chat.commands import Command, Localised
from handlers import (
    about,
    activity,
    backups,
    community,
    conduct,
    dead_letters,
    details,
    digest,
    direct,
    drafts,
    figures,
    introductions,
    joining,
    kind_words,
    linking,
    me,
    meetups,
    membership,
    nudge,
    onboarding,
    peaks,
    previews,
    pulse,
    questions,
    reports,
    rota,
    settings,
    thanks,
    waiting,
    welcomers,
)
from handlers.audit import AUDIT, audit_completions, audit_feature
from handlers.conduct.queue import CASES, DUTY
from handlers.conduct.report import REPORT as REPORT_TO_MODERATORS
from handlers.digest.desk import DIGEST
from handlers.digest.mine import MINE
from handlers.help import HELP, help_feature
from handlers.kind_words.desk import WORDS
from handlers.meetups.command import MEETUP
from handlers.peaks.nominate import NOMINATE
from handlers.peaks.pins import PINS
from handlers.privacy.card import PRIVACY
from handlers.privacy.feature import FEATURE as PRIVACY_FEATURE
from handlers.pulse.answering import PULSE as MY_PULSE
from handlers.pulse.desk import PULSE
from handlers.questions.ask import ASK
from handlers.questions.desk import QUESTIONS
from handlers.questions.find import FIND, FIND_SUB
from handlers.questions.ideas import IDEAS
from handlers.quiet import desk as quiet
from handlers.routes import Feature
from handlers.thanks.desk import THANKS_DESK
from handlers.thanks.giving import THANKS

COMMANDS = (
    ASK,
    FIND,
    MEETUP,
    THANKS,
    Command(
        name="tsudoi",
        description=Localised(en="Help, and what I know about you", ja="使いかたと、あなたの登録内容"),
        subs=(HELP, FIND_SUB, MINE, NOMINATE, MY_PULSE, REPORT_TO_MODERATORS, me.ME, PRIVACY, linking.LINK),
    ),
    Command(
        name="community",
        description=Localised(
            en="For moderators: how the community stands", ja="運営メンバー用：コミュニティの様子と設定"
        ),
        subs=(
            community.STATUS,
            figures.KPI,
            reports.REPORT,
            CASES,
            DUTY,
            QUESTIONS,
            IDEAS,
            DIGEST,
            THANKS_DESK,
            PINS,
            rota.WELCOMERS,
            membership.WAITLIST,
            WORDS,
            PULSE,
            quiet.QUIET,
            settings.SETTINGS,
            AUDIT,
        ),
        for_moderators=True,
    ),
)

# Facts first: who spoke is known before any feature looks at what was said
_FEATURES: tuple[Feature, ...] = (
    activity.FEATURE,
    onboarding.FEATURE,
    *membership.FEATURES,
    waiting.FEATURE,
    *questions.FEATURES,
    *meetups.FEATURES,
    *digest.FEATURES,
    *thanks.FEATURES,
    *peaks.FEATURES,
    about.FEATURE,
    introductions.FEATURE,
    details.FEATURE,
    joining.FEATURE,
    nudge.FEATURE,
    welcomers.FEATURE,
    rota.FEATURE,
    me.FEATURE,
    PRIVACY_FEATURE,
    linking.FEATURE,
    community.FEATURE,
    *figures.FEATURES,
    *reports.FEATURES,
    *conduct.FEATURES,
    settings.FEATURE,
    *kind_words.FEATURES,
    *pulse.FEATURES,
    quiet.FEATURE,
    drafts.FEATURE,
    direct.FEATURE,
    dead_letters.FEATURE,
    backups.FEATURE,
    previews.FEATURE,
)
COMPLETIONS = (*meetups.COMPLETIONS, *settings.COMPLETIONS, *audit_completions(_FEATURES))
# Help knows all commands, and the record of deeds those of all features
FEATURES = (*_FEATURES, help_feature(COMMANDS, COMPLETIONS), audit_feature(_FEATURES))

__all__ = ["COMMANDS", "FEATURES", "Feature"]

"""``/meetup``: everything that can be typed about meetups. Each feature handles its own part."""

from __future__ import annotations

from chat.commands import Command, Localised, SubCommand
from handlers.meetups.answers import ANSWERS
from handlers.meetups.ask_before import QUESTIONS
from handlers.meetups.attendance import ATTENDANCE
from handlers.meetups.calendar import CALENDAR
from handlers.meetups.figures import FIGURES
from handlers.meetups.finding import WHICH, suggests
from handlers.meetups.participants import REMOVE, SEAT
from handlers.routes import complete

NEW = SubCommand(
    name="new",
    description=Localised(en="Plan a meetup; a form opens", ja="ミートアップを企画する（フォームが開きます）"),
)
EDIT = SubCommand(
    name="edit",
    description=Localised(
        en="Change, hand over or cancel a meetup of yours", ja="自分のミートアップの変更・引き継ぎ・中止"
    ),
)
DUPLICATE = SubCommand(
    name="duplicate",
    description=Localised(
        en="Plan a past meetup again at a new time", ja="過去のミートアップを新しい日時でもう一度企画する"
    ),
)
LIST = SubCommand(name="list", description=Localised(en="Meetups to come", ja="これからのミートアップ"))
MINE = SubCommand(name="mine", description=Localised(en="Your meetups and seats", ja="自分のミートアップと席"))
SHOW = SubCommand(name="show", description=Localised(en="One meetup", ja="ミートアップを見る"), options=(WHICH,))
PARTICIPANTS = SubCommand(
    name="participants",
    description=Localised(en="For organisers: who comes, who waits", ja="主催者用：参加者と補欠の一覧"),
    options=(WHICH,),
)
CSV = SubCommand(
    name="csv",
    description=Localised(en="For organisers: the list as a file", ja="主催者用：参加者一覧をファイルで受け取る"),
    options=(WHICH,),
)

MEETUP = Command(
    name="meetup",
    description=Localised(en="Meetups: plan them, come to them", ja="ミートアップの企画と参加"),
    subs=(
        NEW,
        EDIT,
        DUPLICATE,
        LIST,
        MINE,
        SHOW,
        PARTICIPANTS,
        CSV,
        SEAT,
        REMOVE,
        QUESTIONS,
        ANSWERS,
        CALENDAR,
        ATTENDANCE,
        FIGURES,
    ),
)

# What is typed into ``meetup`` is completed: organisers look back, too
COMPLETIONS = tuple(
    complete(MEETUP.name, sub.name, WHICH.name, suggests(behind=sub is not QUESTIONS))
    for sub in MEETUP.subs
    if WHICH in sub.options
)

"""What the tables hold about meetups: plans, seats, answers, surveys, wishes, calendars."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Window
from storage.tables import meetups as meeting

_WITH_MEETUP = Said("As long as the meetup's record.", "そのミートアップの記録が残っている間。")

SERIES = Held(
    table=meeting.series,
    why=Said("Meetups that repeat, and who runs them.", "くり返すミートアップと、その主催者です。"),
    texts={"meetup": Ids.MEETUP},
    plain="id community rule seats planned_until ended",
    kept=_WITH_MEETUP,
)
MEETUPS = Held(
    table=meeting.meetups,
    why=Said(
        "Meetups: what, when, where, who organises and speaks.", "ミートアップの内容・日時・場所・主催者・登壇者です。"
    ),
    texts={"meetup": Ids.MEETUP, "ledger": Ids.LEDGER},
    plain="id community series_id slot state starts_at ends_at home made_at",
    kept=Said("As long as the community: its history.", "コミュニティの歩みとして、コミュニティがある限り。"),
    stays=Said(
        "The meetup stays, with the title and description you gave it; your name goes.",
        "ミートアップは、題名と説明もそのままに残ります。お名前は消えます。",
    ),
)
SEATS = Held(
    table=meeting.seats,
    why=Said(
        "Which meetups you come to, your seat, your place in line, and whether you were there.",
        "参加するミートアップ、席、順番待ち、出欠の記録です。",
    ),
    people={"member_id": Goes.ROW},
    texts={"entry": Ids.ENTRY},
    plain="community meetup_id answer seat mark",
    hidden=("entry",),
    kept=_WITH_MEETUP,
    stays=Said("How many came stays as a number.", "何人が来たかという数だけが残ります。"),
)
STANDS = Held(
    table=meeting.stands,
    why=Said("Where a meetup is announced.", "ミートアップを案内した場所です。"),
    texts={"root": Ids.MESSAGE, "thread": Ids.MESSAGE},
    plain="community meetup_id workspace place event",
    kept=_WITH_MEETUP,
)
MEETUP_QUESTIONS = Held(
    table=meeting.questions,
    why=Said("What organisers ask before a meetup.", "主催者の事前アンケートの質問です。"),
    plain="community meetup_id number text options",
    kept=_WITH_MEETUP,
)
ANSWERS = Held(
    table=meeting.answers,
    why=Said("What you answered to the organisers before a meetup.", "ミートアップ前に主催者へ答えたことです。"),
    people={"member_id": Goes.ROW},
    words={"text": "member_id"},
    plain="community meetup_id number at",
    windows=(Window(since="at", days=365),),
)
REMINDERS = Held(
    table=meeting.reminders,
    why=Said("When you want to be reminded of a meetup.", "ミートアップのお知らせの受け取りかたです。"),
    people={"member_id": Goes.ROW},
    plain="community meetup_id choices",
    kept=_WITH_MEETUP,
)
SURVEYED = Held(
    table=meeting.surveyed,
    why=Said(
        "That you answered how a meetup was, and never what.",
        "感想に答えたことだけの控えです。内容とは結びつきません。",
    ),
    people={"member_id": Goes.ROW},
    plain="community meetup_id",
    kept=_WITH_MEETUP,
)
SURVEY = Held(
    table=meeting.survey,
    why=Said("How a meetup was, said without names.", "ミートアップの感想です。お名前は記録していません。"),
    plain="id community meetup_id recommends satisfied words",
    kept=Said("It names nobody, and nobody can tell whose it is.", "だれのものか、だれにもわからないため。"),
    stays=Said(
        "What you said in a survey stays: nobody, I neither, can tell that it is yours.",
        "感想は残ります。だれのものか、私にもわからないためです。",
    ),
)
WISHES = Held(
    table=meeting.wishes,
    why=Said(
        "With whom you would like to talk more; told to nobody unless both wish it.",
        "もっと話したい相手です。おたがいに希望したときだけ伝えます。",
    ),
    people={"member_id": Goes.ROW, "other_id": Goes.ROW},
    plain="community meetup_id introduced",
    mine=("member_id",),  # who wished to talk with me is theirs to tell
    kept=_WITH_MEETUP,
)
REPORTS = Held(
    table=meeting.reports,
    why=Said("Your report on what you learned at a meetup.", "ミートアップで学んだことの報告です。"),
    people={"member_id": Goes.ROW},
    words={"learned": "member_id", "next": "member_id"},
    plain="community meetup_id at",
    kept=_WITH_MEETUP,
)
FEEDS = Held(
    table=meeting.feeds,
    why=Said(
        "That you have an address of a calendar; the address itself is not kept.",
        "カレンダー用アドレスの控え（アドレスそのものではありません）です。",
    ),
    people={"made_by": Goes.ROW},
    plain="digest community made_at",
    hidden=("digest",),
    kept=Said("Until you take it back.", "取り消すまで。"),
)

HELD = (
    *(SERIES, MEETUPS, SEATS, STANDS, MEETUP_QUESTIONS, ANSWERS, REMINDERS, SURVEYED, SURVEY, WISHES, REPORTS),
    FEEDS,
)

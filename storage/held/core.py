"""What the tables hold that every feature builds on: people, the log, what comes in and goes out, figures."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Then, Window
from storage.tables import core as tables
from storage.tables import figures as tables_figures

_COUNTS = Said(
    "Counts without names: they stay as long as the community.", "名前のない集計です。コミュニティがある限り残ります。"
)

MEMBERS = Held(
    table=tables.members,
    why=Said(
        "Your name as the chat shows it, since when you are here, and the language, time zone and quiet hours that"
        " you chose.",
        "チャットでの表示名、参加した日、選んだ言語・タイムゾーン・通知を控える時間帯です。",
    ),
    people={"id": Goes.ROW},
    words={"name": "id"},
    plain="community language time_zone quiet_hours joined_at left_at kin",
    hidden=("kin",),  # of use to the machine alone
    windows=(Window(since="left_at", setting="left_members_days", then=Then.ERASED),),
)
ACCOUNTS = Held(
    table=tables.accounts,
    why=Said(
        "Your account on each platform: its id, its name, its roles, its language and time zone. I reach you by it.",
        "各サービスのアカウント（ID・名前・ロール・言語・タイムゾーン）です。ご連絡に使います。",
    ),
    people={"member_id": Goes.ROW},
    words={"name": "member_id"},
    plain="id community platform workspace user_id is_bot is_admin is_owner by_link badges locale time_zone joined_at"
    " left_at",
    windows=(Window(since="left_at", setting="left_members_days", then=Then.ERASED, by="members"),),
)
ACTIVITY = Held(
    table=tables.activity,
    why=Said(
        "Who did what, when and where, without a word of what was said: the figures on how the community fares"
        " are counted from it.",
        "いつ、どこで、だれが何をしたかの記録です（発言の中身は含みません）。コミュニティの様子を数えるために使います。",
    ),
    people={"actor": Goes.NUMBER},
    texts={"key": Ids.KEY, "subject": Ids.SUBJECT, "data": Ids.DATA},
    plain="id community at kind platform workspace place",
    hidden=("key",),
    windows=(Window(since="at", setting="facts_days", then=Then.NUMBERED),),
    stays=Said(
        "That something happened stays as a count, under a number that leads to nobody.",
        "「何かがあった」という数だけが、だれにもつながらない番号で残ります。",
    ),
)
INBOX = Held(
    table=tables.inbox,
    why=Said(
        "What just happened in the chat, until I have dealt with it (seconds); then only that I have.",
        "チャットで起きたことの、処理が済むまで（数秒）の控えです。済むと、済んだ印だけになります。",
    ),
    texts={"key": Ids.KEY, "payload": Ids.ARRIVAL},
    plain="id community state received_at attempts error",
    windows=(
        Window(since="received_at", days=30, where={"state": ("done",)}, by="inbox"),
        Window(since="received_at", days=90, where={"state": ("failed",)}, by="inbox"),
    ),
)
OUTBOX = Held(
    table=tables.outbox,
    why=Said(
        "What I am about to post or send to you, and what I sent: so that nothing is sent twice, and so that you can be"
        " taken out of what stands in channels.",
        "これから投稿・送信するものと、送ったものの控えです。二重に送らないため、またチャンネルの投稿からあとでお名前を"
        "消せるようにするためです。",
    ),
    texts={"key": Ids.KEY, "effect": Ids.EFFECT, "lane": Ids.KEY, "ref": Ids.MESSAGE},
    plain="id community workspace report state version attempt due_at claimed_by lease_until tried_at error"
    " created_at settled_at",
    kept=Said(
        "Its content for 30 days; of a post in a channel for a year, of a digest as long as it stands.",
        "内容は30日間。チャンネルへの投稿は1年間、ダイジェストは投稿が残っている間。",
    ),
)
TIMERS = Held(
    table=tables.timers,
    why=Said("When I am to look at something again.", "あとで確かめることと、その時刻の控えです。"),
    texts={"key": Ids.KEY, "subject": Ids.SUBJECT, "data": Ids.DATA},
    plain="id community kind due_at",
    kept=Said("Until it is due.", "その時刻まで。"),
)
DRAFTS = Held(
    table=tables.drafts,
    why=Said(
        "A form of yours that could not be taken, so that you need not type it again.",
        "受け付けられなかったフォームの控えです。打ち直さずに済むように、1日だけ残します。",
    ),
    texts={"user": Ids.ACCOUNT, "form": Ids.FORM},
    plain="id community created_at",
    windows=(Window(since="created_at", days=1, by="drafts"),),
)
JOB_RUNS = Held(
    table=tables.job_runs,
    why=Said("When my own work was done, so that it is done once.", "定期作業を二重に行わないための控えです。"),
    plain="community job slot ran_at",
    windows=(Window(since="slot", days=400),),
)
CURSORS = Held(
    table=tables.cursors,
    why=Said("Up to when I have read each channel.", "各チャンネルをどこまで読んだかの控えです。"),
    plain="place community at",
    kept=Said("As long as the channel is watched.", "そのチャンネルを見ている間。"),
)
SETTINGS = Held(
    table=tables.settings,
    why=Said(
        "What moderators set in the chat, and who set it.", "運営メンバーがチャットで変えた設定と、変えた人です。"
    ),
    people={"changed_by": Goes.EMPTY},
    plain="community key value changed_at",
    kept=Said("As long as the setting is so.", "その設定が使われている間。"),
)

ROLLUP = Held(
    table=tables_figures.rollup,
    why=Said(
        "How often each member did what in a week and a month: figures are counted from it.",
        "メンバーごとの、週・月の回数です。コミュニティの様子を数えるために使います。",
    ),
    people={"actor": Goes.NUMBER},
    plain="community span start measure platform n",
    windows=(Window(since="start", setting="facts_days", then=Then.NUMBERED),),
)
STEPS = Held(
    table=tables_figures.steps,
    why=Said(
        "The same log once more, as far as it is about questions, meetups and arrivals.",
        "同じ記録のうち、質問・ミートアップ・参加に関するものの写しです。",
    ),
    people={"actor": Goes.NUMBER},
    texts={"subject": Ids.SUBJECT, "data": Ids.DATA},
    plain="community kind at fact platform",
    windows=(Window(since="at", setting="facts_days", then=Then.NUMBERED),),
)
TOTALS = Held(
    table=tables_figures.totals,
    why=Said("Counts of weeks and months.", "週・月ごとの集計です。"),
    plain="community span start platform measure people n",
    kept=_COUNTS,
)
FOLDED = Held(
    table=tables_figures.folded,
    why=Said("How far the log has been counted.", "記録をどこまで集計したかの控えです。"),
    plain="community fact time_zone rules",
    kept=_COUNTS,
)
IMPORTS = Held(
    table=tables_figures.imports,
    why=Said("Which exports of the past were read in, and how far.", "取り込んだ過去のデータと、その進み具合です。"),
    plain="community source kind position facts finished_at",
    kept=Said("So that nothing is read in twice.", "二重に取り込まないため。"),
)

HELD = (
    *(MEMBERS, ACCOUNTS, ACTIVITY, INBOX, OUTBOX, TIMERS, DRAFTS, JOB_RUNS, CURSORS, SETTINGS),
    *(ROLLUP, STEPS, TOTALS, FOLDED, IMPORTS),
)

"""What the tables hold about arriving, profiles, welcomers, thanks, moments, digests and choices."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Then, Window
from storage.tables import onboarding as arriving
from storage.tables import recognition

_WHILE_HERE = Said(
    "As long as you are a member; after you leave, as long as your name.",
    "メンバーでいる間。退会後は、お名前と同じ期間。",
)

STAGES = Held(
    table=arriving.stages,
    why=Said(
        "When you joined, agreed to the rules, introduced yourself.", "参加・ルールへの同意・自己紹介をした日時です。"
    ),
    people={"member_id": Goes.ROW},
    plain="community stage at",
    kept=_WHILE_HERE,
)
NEWCOMERS = Held(
    table=arriving.newcomers,
    why=Said(
        "Who brought you or which invitation, and whether I reminded you once.",
        "どなたの紹介か、どの招待リンクか、一度お声がけをしたかどうかです。",
    ),
    people={"member_id": Goes.ROW, "referrer": Goes.NUMBER},
    mine=("member_id",),
    hidden=("referrer",),
    plain="community via nudged_at nudges_off",
    kept=_WHILE_HERE,
)
GREETINGS = Held(
    table=arriving.greetings,
    why=Said("How I greeted you, so that I do it once.", "あいさつを一度だけ届けるための控えです。"),
    people={"member_id": Goes.ROW},
    texts={"account": Ids.USER, "join_key": Ids.KEY},
    plain="id community kind rung state due_at",
    hidden=("join_key",),
    kept=_WHILE_HERE,
)
PROFILES = Held(
    table=arriving.profiles,
    why=Said(
        "What brings you here and your introduction, as you wrote them.",
        "参加のきっかけと自己紹介（ご自身が書いた文章）です。",
    ),
    people={"member_id": Goes.ROW},
    words={"purpose": "member_id", "introduction": "member_id"},
    plain="community consent changed_at",
    kept=_WHILE_HERE,
)
MEMBER_TOPICS = Held(
    table=arriving.member_topics,
    why=Said(
        "What you can help with and want to learn, and your levels: I choose by it whom I ask.",
        "教えられること・学びたいこと・経験の度合いです。どなたに質問を届けるかを選ぶために使います。",
    ),
    people={"member_id": Goes.ROW},
    plain="community topic gives learns level",
    kept=_WHILE_HERE,
)
INTRODUCTIONS = Held(
    table=arriving.introductions,
    why=Said("Where your introduction stands, and how it looks there.", "自己紹介を投稿した場所と、その見え方です。"),
    people={"member_id": Goes.ROW},
    texts={"account": Ids.USER, "place": Ids.MESSAGE, "shown": Ids.CARD},
    plain="community state round",
    hidden=("shown",),
    kept=_WHILE_HERE,
)
WELCOMERS = Held(
    table=arriving.welcomers,
    why=Said("That you greet newcomers, and how often.", "新しい人を迎える係であることと、その頻度です。"),
    people={"member_id": Goes.ROW},
    plain="community state cap since",
    kept=_WHILE_HERE,
)
WELCOME_CASES = Held(
    table=arriving.cases,
    why=Said(
        "Your first words here, until a human has answered them.",
        "最初のひとことに、だれかが返事をするまでの見守りです。",
    ),
    people={"member_id": Goes.ROW, "answered_by": Goes.NUMBER},
    texts={"message": Ids.MESSAGE},
    plain="id community kind opened_at state answered_at told_moderators",
    mine=("member_id",),
    hidden=("answered_by",),
    kept=_WHILE_HERE,
)
WELCOME_ASKS = Held(
    table=arriving.asks,
    why=Said("When you were asked to greet somebody.", "新しい人へのあいさつをお願いした記録です。"),
    people={"member_id": Goes.ROW},
    plain="id community case_id state asked_at settled_at",
    kept=_WHILE_HERE,
)

CHOICES = Held(
    table=recognition.choices,
    why=Said(
        "What you chose about yourself: what I may do and what not.",
        "ご自身の選択（してよいこと・してほしくないこと）です。",
    ),
    people={"member_id": Goes.ROW},
    plain="community choice value at",
    kept=_WHILE_HERE,
)
DIGESTS = Held(
    table=recognition.digests,
    why=Said(
        "The weekly digests: the moderators' own words, and who wrote them.",
        "週のダイジェストへの運営メンバーのひとことと、書いた人です。",
    ),
    people={"changed_by": Goes.EMPTY},
    words={"opening": "changed_by"},
    plain="community week skipped posted_at",
    windows=(Window(since="posted_at", days=365, then=Then.EMPTIED, columns=("opening", "changed_by")),),
)
PEAKS = Held(
    table=recognition.peaks,
    why=Said(
        "Moments worth a word, like your first answer: told only if you say yes; nominations with the words of who made"
        " them.",
        "初めての回答など、ひとこと祝いたい出来事です。ご本人の承諾なしには投稿しません。推薦の言葉も含みます。",
    ),
    people={"member_id": Goes.ROW, "nominated_by": Goes.EMPTY},
    words={"words": "nominated_by"},
    texts={"key": Ids.KEY, "data": Ids.DATA},
    plain="id community kind state at changed_at",
    hidden=("key",),
    kept=_WHILE_HERE,
)
THANKS = Held(
    table=recognition.thanks,
    why=Said(
        "Thanks that you gave and got, with the words.",
        "贈った「ありがとう」と受け取った「ありがとう」、その言葉です。",
    ),
    people={"giver_id": Goes.ROW, "receiver_id": Goes.ROW},
    words={"words": "giver_id"},
    texts={"key": Ids.KEY, "message": Ids.MESSAGE},
    plain="id community via state openly at",
    hidden=("key",),
    windows=(Window(since="at", setting="thanks_words_days", then=Then.EMPTIED, columns=("words",)),),
    stays=Said("That there was a thanks stays as a count.", "「ありがとう」があったという数だけが残ります。"),
)
PINS = Held(
    table=recognition.pins,
    why=Said(
        "Whether you got the pin of first contributions, and who said so.", "最初の貢献のピンの有無と、決めた人です。"
    ),
    people={"member_id": Goes.ROW, "by": Goes.EMPTY},
    plain="community verdict at",
    mine=("member_id",),
    kept=_WHILE_HERE,
)

ARRIVING = (STAGES, NEWCOMERS, GREETINGS, PROFILES, MEMBER_TOPICS, INTRODUCTIONS)
WELCOMING = (WELCOMERS, WELCOME_CASES, WELCOME_ASKS)
DIGESTING = (DIGESTS, CHOICES)
THANKING = (THANKS,)
RECOGNISING = (PEAKS, PINS)
HELD = (*ARRIVING, *WELCOMING, *DIGESTING, *THANKING, *RECOGNISING)

"""What the tables hold about moderation: deeds, reports and their cases, kind words, the pulse."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Window
from storage.tables import moderation as moderating

_WITH_CASE = Said("As long as the case.", "その件の記録が残っている間。")

AUDIT = Held(
    table=moderating.audit,
    why=Said(
        "What you or moderators changed for others, so that it can be checked and undone.",
        "あなた、または運営メンバーが行った操作の記録です。確かめたり、取り消したりするために残します。",
    ),
    people={"actor": Goes.EMPTY, "member_id": Goes.EMPTY, "undone_by": Goes.EMPTY},
    words={"reason": "actor"},
    texts={"key": Ids.KEY, "subject": Ids.SUBJECT, "before": Ids.DATA, "after": Ids.DATA},
    plain="id community at platform workspace deed undone_at",
    mine=("actor", "member_id"),
    hidden=("key", "before", "after"),
    windows=(Window(since="at", setting="audit_days"),),
    stays=Said("That something was changed stays, without you.", "操作があったことだけが、お名前なしに残ります。"),
)
CASES = Held(
    table=moderating.cases,
    why=Said(
        "Reports to the moderators, gathered in cases: about whom, and what was done.",
        "運営メンバーへの報告の件（だれについて、どう対応したか）です。",
    ),
    people={"member_id": Goes.EMPTY, "claimed_by": Goes.EMPTY, "closed_by": Goes.EMPTY},
    words={"told": "closed_by"},
    plain="id community state urgent delicate opened_at claimed_at outcome closed_at",
    mine=("claimed_by", "closed_by"),  # a report about me would tell who made it
    hidden=("member_id", "told"),
    windows=(Window(since="closed_at", setting="cases_days"),),
    stays=Said(
        "An open case about you stays, without your name, until the moderators have closed it: the safety of others"
        " needs it. Then what it quoted goes as well.",
        "あなたについての報告がまだ対応中のときは、お名前を外したうえで、対応が終わるまで残ります。"
        "ほかの人の安全のためです。終わると、引用した発言も消えます。",
    ),
)
EXCLUDED = Held(
    table=moderating.excluded,
    why=Said(
        "A mark of each account of whom a case is about, and of moderators with the same name: it says nothing of whom,"
        " but keeps that account away from the case, so that nobody reads who reported them.",
        "報告の対象になったアカウントと、同じ名前の運営メンバーの印です。だれかはわかりませんが、本人がその件を見たり"
        "対応したりできないようにします。",
    ),
    plain="community case_id mark presumed lifted",
    kept=_WITH_CASE,
    stays=Said(
        "The mark stays as long as the case, for the safety of who reported.",
        "報告した人の安全のため、その件の記録がある間は印が残ります。",
    ),
)
CONDUCT_REPORTS = Held(
    table=moderating.reports,
    why=Said(
        "What you reported to the moderators, with the message it is about; an anonymous report has nothing that leads"
        " to you.",
        "運営メンバーへ報告したことと、その発言です。匿名の報告には、あなたにつながるものは何も残りません。",
    ),
    people={"member_id": Goes.EMPTY, "quoted_of": Goes.EMPTY},
    words={"words": "member_id", "quoted": "quoted_of"},
    texts={"account": Ids.ACCOUNT, "message": Ids.MESSAGE, "message_id": Ids.MESSAGE},
    accounts={"account": "member_id", "message": "quoted_of", "message_id": "quoted_of"},
    plain="id community case_id relay reason since at",
    mine=("member_id",),
    hidden=("quoted_of",),
    kept=_WITH_CASE,
)
REPORT_STARTS = Held(
    table=moderating.report_starts,
    why=Said(
        "What a form of a report that is open just now is about; never who has it open.",
        "書きかけの報告フォームが何についてかの控えです。だれが開いているかは残りません。",
    ),
    people={"member_id": Goes.ROW},
    words={"quoted": "member_id"},
    texts={"message": Ids.MESSAGE},
    plain="id community mark at",
    mine=(),
    windows=(Window(since="at", days=1),),
)
CASE_NOTES = Held(
    table=moderating.case_notes,
    why=Said(
        "What was said about a case, among moderators and with who reported.",
        "報告の件について、運営メンバーどうしや報告した人と話したことです。",
    ),
    people={"author": Goes.EMPTY},
    words={"words": "author"},
    plain="id community case_id report_id kind at",
    kept=_WITH_CASE,
)
CASE_VOTES = Held(
    table=moderating.case_votes,
    why=Said("How moderators voted on a case.", "報告の件についての、運営メンバーの投票です。"),
    people={"member_id": Goes.ROW},
    words={"words": "member_id"},
    plain="community case_id outcome counts at",
    kept=_WITH_CASE,
)
KIND_WORDS = Held(
    table=moderating.kind_words,
    why=Said(
        "Words that I hint at kindly in private, and who listed them.", "ことばのヒントの単語と、登録した人です。"
    ),
    people={"by": Goes.EMPTY},
    plain="community language word listed hint at",
    kept=Said("Until a moderator takes them off the list.", "運営メンバーが外すまで。"),
)
PULSES = Held(
    table=moderating.pulses,
    why=Said(
        "In which months how many were asked how safe it feels here.", "安心アンケートの月と、お願いした人数です。"
    ),
    plain="community month asked opened_at closed_at",
    kept=Said("Counts without names.", "名前のない集計です。"),
)
PULSE_ANSWERS = Held(
    table=moderating.pulse_answers,
    why=Said("How safe it feels here, said without names.", "安心アンケートの回答です。お名前は記録していません。"),
    plain="id community month topic agrees",
    kept=Said("They name nobody, and nobody can tell whose they are.", "だれのものか、だれにもわからないため。"),
    stays=Said("Nobody, I neither, can tell which are yours.", "どれがあなたのものか、私にもわかりません。"),
)
PULSE_ANSWERED = Held(
    table=moderating.pulse_answered,
    why=Said(
        "That you answered this month, and never what.", "その月に答えたことだけの控えです。内容とは結びつきません。"
    ),
    people={"member_id": Goes.ROW},
    plain="community month",
    kept=Said("As long as you are a member.", "メンバーでいる間。"),
)

AUDITING = (AUDIT,)
CASES_HELD = (CASES, EXCLUDED, CONDUCT_REPORTS, REPORT_STARTS, CASE_NOTES, CASE_VOTES)
WORDS_HELD = (KIND_WORDS,)
PULSE_HELD = (PULSES, PULSE_ANSWERS, PULSE_ANSWERED)
HELD = (*AUDITING, *CASES_HELD, *WORDS_HELD, *PULSE_HELD)

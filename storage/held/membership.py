"""What the tables hold about who belongs: applications, links between accounts, and marks of who was erased."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Then, Window
from storage.tables import membership as belonging

APPLICATIONS = Held(
    table=belonging.applications,
    why=Said(
        "Your application for a seat in the community: your answers, your place in line, and what was decided.",
        "入会の申し込み（回答・順番・結果）です。",
    ),
    people={"member_id": Goes.ROW, "decided_by": Goes.EMPTY},
    words={"answers": "member_id", "reason": "decided_by"},
    texts={"account": Ids.ACCOUNT},
    plain="id community state rank came_at applied_at offered_at claim_until lapsed decided_at rests_until",
    mine=("member_id",),
    hidden=("decided_by",),
    windows=(  # the row itself says that somebody has no seat: without it they would be a member
        Window(
            since="decided_at",
            setting="applications_days",
            then=Then.EMPTIED,
            columns=("answers", "reason"),
            where={"state": ("seated", "declined", "withdrawn", "closed")},
        ),
    ),
    kept=Said("How you stand: as long as you are here.", "入会の状況は在籍している間。"),
)
LINK_CODES = Held(
    table=belonging.link_codes,
    why=Said(
        "That you asked for a code to link two accounts; the code itself is not kept.",
        "アカウント連携のコードを求めたことの控え（コードそのものではありません）です。",
    ),
    people={"member_id": Goes.ROW},
    texts={"account": Ids.ACCOUNT},
    plain="digest community expires_at",
    hidden=("digest",),
    windows=(Window(since="expires_at", days=1),),
)
MERGES = Held(
    table=belonging.merges,
    why=Said(
        "Which accounts you linked, and what they had chosen before, so that it can be undone.",
        "連携したアカウントと、連携前の選択です。あとで解除できるように残します。",
    ),
    people={"member_id": Goes.ROW, "gone_id": Goes.ROW},
    texts={"accounts": Ids.ACCOUNT, "before": Ids.DATA},
    plain="community at",
    mine=("member_id",),
    hidden=("gone_id", "before"),  # in which stands what the other had said, in case it was not them
    windows=(Window(since="at", days=7, then=Then.EMPTIED, columns=("before",)),),
    kept=Said("As long as the accounts are linked.", "連携している間。"),
)
ERASED = Held(
    table=belonging.erased,
    why=Said(
        "A mark of each account that asked to be forgotten: it says nothing of whom, but I know the account again and"
        " keep nothing of it.",
        "削除を希望したアカウントの印です。だれかはわかりませんが、同じアカウントを見分けて、何も残さないために使います。",
    ),
    plain="community mark at back_at",
    kept=Said(
        "As long as the community exists. If you begin anew, it is gone within 30 days.",
        "コミュニティがある限り。もう一度始めた場合は、30日以内に消えます。",
    ),
    stays=Said(
        "The mark itself stays, so that nothing of you is taken in again.",
        "もう一度取り込まないように、印だけが残ります。",
    ),
)
SALTS = Held(
    table=belonging.salts,
    why=Said("The secret number that those marks are made with.", "その印を作るための秘密の数です。"),
    plain="community value",
    kept=Said("As long as the community.", "コミュニティがある限り。"),
)

JOINING = (APPLICATIONS,)
LINKING = (LINK_CODES, MERGES)
HELD = (*JOINING, *LINKING, ERASED, SALTS)

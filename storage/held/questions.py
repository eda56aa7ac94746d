"""What the tables hold about questions, answers, invitations, ideas, and the search over them."""

from __future__ import annotations

from storage.held.declaring import Goes, Held, Ids, Said, Window
from storage.tables import knowledge
from storage.tables import questions as asking

_WITH_QUESTION = Said("As long as the question.", "その質問が残っている間。")
_WHILE_HERE = Said("As long as you are a member.", "メンバーでいる間。")

QUESTIONS = Held(
    table=asking.questions,
    why=Said(
        "Questions you asked, with their text, so that others find the answers.",
        "あなたの質問とその文章です。ほかの人が答えを見つけられるように残します。",
    ),
    people={"asker": Goes.EMPTY, "first_reply_by": Goes.EMPTY, "solved_by": Goes.EMPTY},
    words={"title": "asker", "text": "asker"},
    texts={
        "account": Ids.USER,
        "root": Ids.MESSAGE,
        "root_ref": Ids.MESSAGE,
        "thread": Ids.MESSAGE,
        "thread_place": Ids.MESSAGE,
    },
    accounts={"account": "asker"},
    plain="id community anonymous via state topic level language asked_at search round first_reply_at solved_at answer"
    " closed_at close_reason merged_into escalated_at handed_over_at product_reply_at",
    mine=("asker",),
    windows=(
        Window(since="closed_at", setting="questions_days", where={"state": ("closed",)}),
        Window(since="solved_at", setting="questions_days", where={"state": ("solved",)}),
    ),
    stays=Said(
        "That there was a question stays, without its words and without you; what others answered stays theirs.",
        "質問があったことだけが、文章もお名前もなしに残ります。ほかの人の回答は、その人のものとして残ります。",
    ),
)
QUESTION_MESSAGES = Held(
    table=asking.question_messages,
    why=Said("What you said in the threads of questions.", "質問のスレッドで書いたことです。"),
    people={"member_id": Goes.EMPTY},
    words={"text": "member_id"},
    texts={"message": Ids.MESSAGE, "ref": Ids.MESSAGE},
    plain="id community question_id at by_asker",
    kept=_WITH_QUESTION,
    stays=Said("That somebody answered stays, without the words.", "だれかが答えたことだけが、文章なしに残ります。"),
)
INVITATIONS = Held(
    table=asking.invitations,
    why=Said(
        "Which questions I asked you to look at, why you, and what came of it.",
        "どの質問をお願いしたか、なぜあなたか、その結果です。",
    ),
    people={"member_id": Goes.ROW},
    texts={"account": Ids.USER},
    plain="id community question_id round state reason explored asked_at settled_at",
    kept=_WITH_QUESTION,
)
PAUSES = Held(
    table=asking.pauses,
    why=Said("Until when I ask you nothing.", "質問をお願いしない期間です。"),
    people={"member_id": Goes.ROW},
    plain="community until",
    windows=(Window(since="until", days=30),),
)
OPT_OUTS = Held(
    table=asking.opt_outs,
    why=Said("That you do not want to be asked.", "「質問をお願いされたくない」という選択です。"),
    people={"member_id": Goes.ROW},
    plain="community what since",
    kept=_WHILE_HERE,
)
IDEAS = Held(
    table=asking.ideas,
    why=Said("Ideas for the product that you had.", "プロダクトへのアイデアです。"),
    people={"member_id": Goes.EMPTY},
    words={"text": "member_id"},
    texts={"account": Ids.USER, "root": Ids.MESSAGE, "root_ref": Ids.MESSAGE},
    accounts={"account": "member_id"},
    plain="id community state note noted_at changed_at",
    kept=Said(
        "As long as the community: it may still be built.", "いつか実現するかもしれないので、コミュニティがある限り。"
    ),
    stays=Said(
        "That there was an idea, and what moderators said to it.",
        "アイデアがあったことと、運営メンバーの返事だけが残ります。",
    ),
)
IDEA_SUPPORTS = Held(
    table=asking.idea_supports,
    why=Said("Ideas that you support.", "支持したアイデアです。"),
    people={"member_id": Goes.ROW},
    plain="community idea_id at",
    kept=Said("As long as the idea.", "そのアイデアが残っている間。"),
)

DOCUMENTS = Held(
    table=knowledge.documents,
    why=Said(
        "The search over questions and answers: their terms as numbers.",
        "質問と回答の検索用の索引（言葉を番号にしたもの）です。",
    ),
    plain="community question_id at words",
    kept=_WITH_QUESTION,
)
TERMS = Held(
    table=knowledge.terms,
    why=Said("How many conversations have a term.", "ある言葉が出てくる会話の数です。"),
    plain="community term documents",
    kept=_WITH_QUESTION,
)
POSTINGS = Held(
    table=knowledge.postings,
    why=Said("Which conversations have a term.", "ある言葉が出てくる会話の一覧です。"),
    plain="community term block entries",
    kept=_WITH_QUESTION,
)

HELD = (
    *(QUESTIONS, QUESTION_MESSAGES, INVITATIONS, PAUSES, OPT_OUTS, IDEAS, IDEA_SUPPORTS),
    *(DOCUMENTS, TERMS, POSTINGS),
)

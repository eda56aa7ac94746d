"""The private cards that go with a question's life: is it solved, which answer helped, shall it be opened again."""

from __future__ import annotations

from collections.abc import Sequence

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Option, Part, Quote, Select, Style, Text
from chat.limits import OPTION_LABEL
from chat.text import Bold, RichText
from community.questions.answers import choices
from community.questions.life import Question, QuestionMessage
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import Reader, name_of

EXCERPT = 400  # characters of an answer: enough to know it again
TITLE_SHOWN = 100
MYSELF = "self"  # the choice of a menu


def named(question: Question, who: Reader) -> Bold:
    """Return a question's title within a sentence."""
    return Bold(shortened(" ".join(question.title.split()), TITLE_SHOWN) or who.t.line("your question"))


def proposal_card(
    ctx: Context,
    who: Reader,
    question: Question,
    answer: QuestionMessage | None,
    said: RichText,
    *,
    otherwise: bool = False,
) -> Card:
    """Ask the asker whether their question is solved, with the answer that would be marked."""
    t = who.t
    parts: list[Part] = [Text(said)]
    if answer and answer.text.strip():
        parts.append(Quote(shortened(answer.text.strip(), EXCERPT)))
    yes = f"q_yes:{question.id}:{answer.id if answer else 0}"
    buttons: list[Button | LinkButton] = [
        Button(yes, t.line("Yes, solved"), Style.PRIMARY),
        Button(f"q_notyet:{question.id}", t.line("Not yet")),
    ]
    if otherwise:
        buttons.append(Button(f"q_settled:{question.id}", t.line("It is settled otherwise")))
    where = answer.ref if answer else question.root
    if where:
        buttons.append(LinkButton(ctx.chat.link(where), t.line("Read it there")))
    parts.append(Buttons(tuple(buttons)))
    return Card(parts=tuple(parts), accent=Accent.WARM)


def first_key(question_id: int) -> str:
    """Return the business key of the word that somebody has answered."""
    return f"qfirst:{question_id}"


def first_answer_card(
    ctx: Context, who: Reader, question: Question, answer: QuestionMessage, name: str, *, asks: bool = True
) -> Card:
    """Tell the asker that somebody has answered; ``asks``: no later card asks them whether it is solved."""
    t = who.t
    parts: list[Part] = [Text(t("{who} has answered {question}:", who=name, question=named(question, who)))]
    if answer.text.strip():
        parts.append(Quote(shortened(answer.text.strip(), EXCERPT)))
    buttons: list[Button | LinkButton] = [
        Button(f"q_yes:{question.id}:{answer.id}", t.line("✅ Solved"), Style.PRIMARY),
        Button(f"q_notyet:{question.id}", t.line("Not yet")),
    ]
    there = LinkButton(ctx.chat.link(answer.ref), t.line("Read it there"))
    parts += [
        Buttons((*(buttons if asks else ()), there)),
        Footnote(t("More answers may follow in the thread; I write only this once.")),
    ]
    return Card(parts=tuple(parts), accent=Accent.WARM)


async def solved_card(
    ctx: Context, who: Reader, question: Question, messages: Sequence[QuestionMessage], *, again: bool = False
) -> Card:
    """Say that a question is solved, and ask which answer helped where that is not clear."""
    t = who.t
    said = t("It is solved already.") if again else t("✅ Solved. Others will find it now.")
    parts: list[Part] = [Text(said)]
    offered = choices(messages)
    if question.answer is None and offered:
        parts += [Text(t("Which answer helped?")), await _which(ctx, who, question, offered)]
    elif question.answer is None:
        parts.append(Text(t("What helped? A line in the thread helps whoever finds it.")))
    elif len(offered) > 1:
        parts += [Text(t("I have marked an answer. Was it another one?")), await _which(ctx, who, question, offered)]
    return Card(parts=tuple(parts), accent=Accent.GOOD)


async def which_card(ctx: Context, who: Reader, question: Question, messages: Sequence[QuestionMessage]) -> Card:
    """Ask which answer helped, now that the marked one is gone, or none was."""
    parts: list[Part] = [Text(who.t("{question} is solved. Which answer helped?", question=named(question, who)))]
    parts.append(await _which(ctx, who, question, choices(messages)))
    return Card(parts=tuple(parts))


async def _which(ctx: Context, who: Reader, question: Question, offered: Sequence[QuestionMessage]) -> Select:
    t = who.t
    people = {m.id: m for m in await ctx.db.people.by_ids({a.member for a in offered if a.member is not None})}
    options: list[Option] = []
    for answer in offered:
        member = people.get(answer.member) if answer.member is not None else None
        name = name_of(member.accounts[0], t) if member and member.accounts else t.line("a member")
        words = " ".join(answer.text.split()) or t.line("(no words, only a file)")
        options.append(Option(str(answer.id), shortened(f"{shortened(name, 24)}: {words}", OPTION_LABEL)))
    options.append(Option(MYSELF, t.line("I found it myself")))
    chosen = (str(question.answer),) if question.answer and str(question.answer) in {o.value for o in options} else ()
    return Select(
        action=f"q_answer:{question.id}",
        placeholder=t.line("Choose the answer…"),
        options=tuple(options),
        chosen=chosen,
    )


def again_card(who: Reader, question: Question) -> Card:
    """Offer the asker to open a question again that they go on asking about."""
    t = who.t
    buttons = (
        Button(f"q_again:{question.id}", t.line("Open again"), Style.PRIMARY),
        Button(f"q_notyet:{question.id}", t.line("No, leave it")),
    )
    said = t("That reads as if {question} was not settled yet. Shall I open it again?", question=named(question, who))
    return Card(parts=(Text(said), Buttons(buttons)), accent=Accent.WARM)

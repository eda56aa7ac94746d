import pytest

from community.meetups.questions import (
    Fault,
    Question,
    QuestionsError,
    kept_numbers,
    read_questions,
    summarise,
    unanswered,
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Lunch?: yes, no", Question("Lunch?", ("yes", "no"))),
        ("食事はどうしますか：参加する、しない、未定", Question("食事はどうしますか", ("参加する", "しない", "未定"))),
        ("Level： A / B ／ C", Question("Level", ("A", "B", "C"))),
        ("Is 10:30 all right?", Question("Is 10:30 all right?")),
        ("Topic: what would you like to hear?", Question("Topic: what would you like to hear?")),
        ("19:00に来られますか", Question("19:00に来られますか")),
        ("Read before: https://x.example/a", Question("Read before: https://x.example/a")),
        (": a, b", Question(": a, b")),
        ("TCP/IP?: yes, no", Question("TCP/IP?", ("yes", "no"))),
        ("Python 3: which version?: 3.11, 3.12", Question("Python 3: which version?", ("3.11", "3.12"))),
    ],
)
def test_a_line_is_a_question_with_or_without_choices(line: str, expected: Question) -> None:
    assert read_questions(line) == (expected,)
    assert read_questions(expected.line) == (expected,)


@pytest.mark.parametrize("line", ["ランチ：参加する", "Lunch?: yes", "Twice: a, a"])
def test_a_single_choice_is_no_choice(line: str) -> None:
    with pytest.raises(QuestionsError) as wrong:
        read_questions(line)
    assert wrong.value.fault is Fault.ONE


def test_empty_lines_and_repetitions_are_nothing() -> None:
    assert read_questions("\n  \nA?\n\nA?\n") == (Question("A?"),)
    with pytest.raises(QuestionsError):
        read_questions("\n".join("abcdef"))


def test_answers_follow_their_words() -> None:
    a, b, c = Question("A"), Question("B"), Question("C")
    assert kept_numbers((a, b), (b, c)) == {1: 0}
    assert unanswered((a, b, c), {0: "x", 2: "y"}) == 1


def test_a_summary_counts_every_choice_in_the_order_it_was_asked() -> None:
    choice, words = Question("A", ("yes", "no")), Question("B")
    found = summarise((choice, words), [{0: "no", 1: "z"}, {0: "no"}, {1: "a"}])
    assert found[0].counts == (("yes", 0), ("no", 2))
    assert (found[1].n, found[1].texts) == (2, ("a", "z"))

"""What follows a command in Slack, where one text is all that it takes: nothing of it may be lost."""

import pytest

from chat.commands import Command, CommandOption, Localised, OptionKind, SubCommand, parse_words

SAID = Localised(en="x", ja="x")
ASK = Command(name="ask", description=SAID, options=(CommandOption(name="question", description=SAID),))
TSUDOI = Command(
    name="tsudoi",
    description=SAID,
    subs=(
        SubCommand(name="find", description=SAID, options=(CommandOption(name="words", description=SAID),)),
        SubCommand(name="me", description=SAID),
    ),
)
NUMBERED = Command(
    name="n", description=SAID, options=(CommandOption(name="cap", description=SAID, kind=OptionKind.NUMBER),)
)


@pytest.mark.parametrize(
    "typed",
    [
        'why does print("x") say x?',
        "it's \"half open",
        "first line\n    second, indented",
        "is question:5 a valid label? C:\\temp\\new",
        "質問 question:はい　どうすれば？",
    ],
)
def test_a_text_is_taken_as_it_was_written(typed: str) -> None:
    assert parse_words(ASK, f" {typed} ") == ("", {"question": typed}, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('find "login error"', ("find", {"words": '"login error"'}, "")),
        ("Find words:login error", ("find", {"words": "login error"}, "")),
        ("find", ("find", {}, "")),
        ("me please", ("me", {}, "please")),
        ("findings of today", ("", {}, "findings of today")),
    ],
)
def test_a_sub_command_and_its_options_name_are_not_part_of_it(
    typed: str, said: tuple[str, dict[str, str], str]
) -> None:
    assert parse_words(TSUDOI, typed) == said


def test_other_options_are_read_word_by_word_as_ever() -> None:
    assert parse_words(NUMBERED, "2 more") == ("", {"cap": "2"}, "more")
    assert parse_words(ASK, "   ") == ("", {}, "")


THANKS = Command(
    name="thanks",
    description=SAID,
    options=(
        CommandOption(name="member", description=SAID, kind=OptionKind.MEMBER),
        CommandOption(name="for", description=SAID),
    ),
)


@pytest.mark.parametrize(
    ("typed", "member", "words"),
    [
        ("<@U1> for Bob's help, it's great", "<@U1>", "for Bob's help, it's great"),
        ('<@U1>さん、"助かりました"', "<@U1>", 'さん、"助かりました"'),
        ("member:<@U1> for:two\n  lines", "<@U1>", "two\n  lines"),
        ('"Bob Smith" for: the tea', "Bob Smith", "the tea"),
        ("@bob", "@bob", None),
        ("  ", None, None),
        ('"', None, None),
    ],
)
def test_beside_a_member_words_are_taken_as_they_were_written(
    typed: str, member: str | None, words: str | None
) -> None:
    found = {"member": member, "for": words}
    assert parse_words(THANKS, typed) == ("", {name: value for name, value in found.items() if value}, "")


DESK = Command(
    name="community",
    description=SAID,
    subs=(
        SubCommand(
            name="cases",
            description=SAID,
            options=(CommandOption(name="member", description=SAID, kind=OptionKind.MEMBER),),
        ),
        SubCommand(
            name="audit",
            description=SAID,
            options=(
                CommandOption(name="member", description=SAID, kind=OptionKind.MEMBER),
                CommandOption(name="deed", description=SAID, completes=True),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("typed", "options", "rest"),
    [
        ("cases 田中 美咲", {"member": "田中 美咲"}, ""),
        ("cases member:田中 美咲", {"member": "田中 美咲"}, ""),
        ('cases member:"田中 美咲"', {"member": "田中 美咲"}, ""),
        ("cases <@U1> please", {"member": "<@U1>"}, "please"),
        ("cases member:<@U1> please", {"member": "<@U1>"}, "please"),
        ("audit deed:access.refused", {"deed": "access.refused"}, ""),
        ("audit member:田中 美咲 deed:setting", {"member": "田中 美咲", "deed": "setting"}, ""),
        ("audit deed:setting 田中 美咲", {"member": "田中 美咲", "deed": "setting"}, ""),
    ],
)
def test_a_name_with_a_space_is_read_whole(typed: str, options: dict[str, str], rest: str) -> None:
    sub = typed.partition(" ")[0]
    assert parse_words(DESK, typed) == (sub, options, rest)

"""Writes ``docs/permissions.md``: who may do what, from the table that the bot itself goes by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from community.permissions import RULES
from community.roles import Role, Rule, Whose, may
from handlers.gate import key_of
from handlers.routes import Feature
from locales import translator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "permissions.md"
HEAD = """# Who may do what / だれが何をできるか

Made by `make docs` from the code; a test holds them together, and another presses everything as every role on both
platforms. What is refused is said kindly, in private, and is written down: `/community audit` shows it.
/ コードから作られるページです（`make docs`）。すべての操作を、すべての役割・両方のプラットフォームでテストしています。
できない操作には本人だけに理由を伝え、操作の記録（`/community audit`）に残します。

## Roles / 役割

A right belongs to an account: whoever links two accounts does not lend the rights of the one to the other.
/ 権限はアカウントごとのものです。アカウントを連携しても、片方の権限がもう片方に移ることはありません。

"""


class Both(NamedTuple):
    """Words in both languages."""

    en: str
    ja: str


ROLES: Mapping[Role, tuple[Both, Both]] = {
    Role.APPLICANT: (
        Both(en="Applicant", ja="入会待ち"),
        Both(en="Who waits for a seat in a community that is full.", ja="定員のため、参加できる席を待っている人です。"),
    ),
    Role.MEMBER: (
        Both(en="Member", ja="メンバー"),
        Both(en="Everybody else who is here.", ja="参加しているすべての人です。"),
    ),
    Role.WELCOMER: (
        Both(en="Welcomer", ja="声かけ役"),
        Both(en="Who is on the rota: `/community welcomers`.", ja="`/community welcomers` で登録された人です。"),
    ),
    Role.ORGANISER: (
        Both(en="Organiser", ja="主催者"),
        Both(
            en="Who has one of `organiser_badges` (Discord roles, Slack user groups); where none is set, every member.",
            ja="`organiser_badges`（Discord のロール、Slack のユーザーグループ）を持つ人です。設定がなければ全員です。",
        ),
    ),
    Role.MODERATOR: (
        Both(en="Moderator", ja="運営メンバー"),
        Both(
            en="Who is an admin of the workspace or server, has one of `moderator_badges` or is named in `moderators`.",
            ja="ワークスペースやサーバーの管理者、`moderator_badges` を持つ人、`moderators` に書かれた人です。",
        ),
    ),
    Role.OWNER: (
        Both(en="Owner", ja="オーナー"),
        Both(
            en="Who owns the workspace or server, or is named in `owners`.",
            ja="ワークスペースやサーバーのオーナー、`owners` に書かれた人です。",
        ),
    ),
}
WHOSE: Mapping[Whose, Both] = {
    Whose.ANYBODY: Both(en="", ja=""),
    Whose.OWN: Both(en="one's own card", ja="自分あてのものだけ"),
    Whose.SELF: Both(en="about oneself", ja="自分のことだけ"),
    Whose.ASKER: Both(en="who asks", ja="質問した本人"),
    Whose.ASKER_OR_MODERATORS: Both(en="who asked, moderators", ja="質問した本人、運営メンバー"),
    Whose.WRITER_OR_MODERATORS: Both(en="who wrote it, moderators", ja="書いた本人、運営メンバー"),
    Whose.READERS: Both(en="who can read the channel", ja="そのチャンネルを読める人"),
    Whose.INVITED: Both(en="who was asked", ja="お願いされた本人"),
    Whose.PRODUCT_TEAM: Both(en="the product team's channel, moderators", ja="開発チームのチャンネル、運営メンバー"),
    Whose.GIVER: Both(en="who gives the thanks", ja="お礼を贈る本人"),
    Whose.TOLD_OF: Both(en="whom it is about", ja="紹介される本人"),
    Whose.PLANNER: Both(
        en="who plans it; once announced its organisers, moderators", ja="計画した本人（告知後は主催者と運営メンバー）"
    ),
    Whose.ORGANISERS: Both(en="the meetup's organisers, moderators", ja="その会の主催者、運営メンバー"),
    Whose.SPEAKERS: Both(en="the meetup's organisers and speakers", ja="その会の主催者と登壇者"),
    Whose.SEATED: Both(en="who comes to the meetup", ja="その会に参加する人"),
    Whose.ATTENDED: Both(en="who was at the meetup", ja="その会に参加した人"),
    Whose.REPORTER: Both(en="who reported", ja="報告した本人"),
    Whose.OTHERS: Both(en="not on a case about oneself", ja="自分についての件を除く"),
}
KINDS: Mapping[str, Both] = {
    "command": Both(en="Commands", ja="コマンド"),
    "menu": Both(en="Message menu", ja="メッセージのメニュー"),
    "press": Both(en="Buttons and menus on cards", ja="カードのボタンとメニュー"),
    "form": Both(en="Forms", ja="フォーム"),
}
# What bears no label of its own in the code, or several, because it is drawn from a table or on several cards
LABELS: Mapping[str, Both] = {
    "press about": Both("About you", "あなたについて"),
    "form about": Both("About you", "あなたについて"),
    "press rules": Both("The rules", "参加のルール"),
    "press nudge_off": Both("Leave me in peace", "今は声をかけないで"),
    "press digest_mine": Both("What waits for me", "わたし向けのお知らせ"),
    "form thanks_say": Both("Say thanks", "お礼を伝える"),
    "press idea_up": Both("Support", "応援する"),
    "press q_withdraw": Both("Take the question back", "質問を取り下げる"),
    "form plan": Both("Plan a meetup", "ミートアップを企画する"),
    "press plan_pick": Both("One of the times proposed", "提案された日時を選ぶ"),
    "press plan_part": Both("A part of the plan", "企画の項目を編集する"),
    "form plan_part": Both("A part of the plan", "企画の項目を編集する"),
    "press meetups_page": Both("Back, Next (meetups)", "前へ・次へ（ミートアップ）"),
    "press seat_meanwhile": Both("Another kind of seat meanwhile", "待つあいだ別の席にする"),
    "press seat_swap": Both("Another kind of seat meanwhile", "待つあいだ別の席にする"),
    "press people_seat": Both("Give a seat", "席を用意する"),
    "press series_skip": Both("Leave out a date, or take it back in", "日程を休みにする・戻す"),
    "press att_set": Both("Who came", "出欠をつける"),
    "press appl_admit_yes": Both("Let in, as previewed", "確認した内容で入会を認める"),
    "press appl_cap_yes": Both("Set the cap, as previewed", "確認した内容で定員を変える"),
    "press case_do": Both("End a case, as previewed", "確認した内容で対応を終える"),
    "press case_duty": Both("Join or leave the duty", "当番に入る・抜ける"),
    "press case_send": Both("Send the words, as previewed", "確認した文面を送る"),
    "press case_lift": Both("Say that a namesake is somebody else", "同じ名前の別人だと伝える"),
    "press case_lift_do": Both("Let a namesake take part in the case", "同じ名前の別人を参加できるようにする"),
    "press case_not_me": Both(
        "Say that a reported namesake is not oneself", "報告された同名の人は自分ではないと伝える"
    ),
    "press case_not_me_do": Both("Look after a case as the last who can", "ほかにいないとき、その件を担当する"),
    "form case_end": Both("End a case", "対応を終える"),
    "press conduct_more": Both("Add something to a report", "報告に書き足す"),
    "form conduct_said": Both("Add something to a report", "報告に書き足す"),
    "form conduct_replied": Both("Answer the moderators", "運営メンバーに返信する"),
    "press kw_do": Both("Change the list of words, as previewed", "確認した内容で言葉リストを変える"),
    "press link_undo": Both("This was not me", "心あたりがありません"),
    "press privacy_set": Both("Choose what I may do", "許可することを選ぶ"),
    "press quiet_set": Both("Begin or end quiet days, as previewed", "確認した内容でおやすみ期間を始める・終える"),
    "press rota_do": Both("Change who says hello, as previewed", "確認した内容で声かけ役を変える"),
    "press set_default": Both("Back to the file's value, as previewed", "確認した内容で元の値に戻す"),
    "press set_go": Both("Change a setting, as previewed", "確認した内容で設定を変える"),
    "form set": Both("Change a setting", "設定を変える"),
}
# Where a call that draws something names it, and where its label stands: (kind, keyword and place of each)
_DRAWN = {
    "Button": ("press", ("action", 0), ("label", 1)),
    "Select": ("press", ("action", 0), ("placeholder", 1)),
    "Form": ("form", ("id", 0), ("title", 1)),
    "preview_card": ("press", ("do", 9), ("label", 9)),  # both by keyword only
}
_VALUE = re.compile(r"\{(\w+)\}")


def permissions_page(features: Iterable[Feature]) -> str:
    """Return the page."""
    known = tuple(features)
    parts = [HEAD, _roles_table()]
    names = _names(known)
    for kind, title in KINDS.items():
        rows = sorted({_row(names[key], RULES[key]) for key in names if key.partition(" ")[0] == kind})
        head = ["What / 何を", *(f"{role.en}<br>{role.ja}" for role, _ in ROLES.values()), "Whose / だれの"]
        table = ["| " + " | ".join(head) + " |", "|---" + "|:-:" * len(ROLES) + "|---|", *rows]
        parts.append(f"\n## {title.en} / {title.ja}\n\n" + "\n".join(table) + "\n")
    return "".join(parts)


def _roles_table() -> str:
    rows = [f"| {name.en} / {name.ja} | {how.en}<br>{how.ja} |" for name, how in ROLES.values()]
    return "\n".join(("| Role / 役割 | Who / だれ |", "|---|---|", *rows)) + "\n"


def _row(name: str, rule: Rule) -> str:
    marks = ["✓" if may({role}, rule) else "" for role in ROLES]
    whose = WHOSE[rule.whose]
    return f"| {name} | {' | '.join(marks)} | {f'{whose.en}<br>{whose.ja}' if whose.en else ''} |"


def _names(features: Iterable[Feature]) -> dict[str, str]:
    """Return what people know a route by: a command as it is typed, a button by its label, a form by its title."""
    found: dict[str, str] = {}
    typed: dict[str, Both] = {}
    for feature in features:
        for command in feature.commands:
            said = [
                (command.name, command.description),
                *((f"{command.name} {s.name}", s.description) for s in command.subs),
            ]
            typed |= {f"command {name}": Both(words.en, words.ja) for name, words in said}
        typed |= {f"menu {menu.name}": Both(menu.label.en, menu.label.ja) for menu in feature.menus}
        found |= {key: "" for route in feature.routes if (key := key_of(route)) and key in RULES and key != "home"}
    labels = _labels()
    ja = translator("ja")
    for key in found:
        kind, _, name = key.partition(" ")
        if words := typed.get(key):
            found[key] = f"`/{name}`<br>{words.en}<br>{words.ja}" if kind == "command" else f"{words.en}<br>{words.ja}"
        elif drawn := LABELS.get(key):
            found[key] = f"{drawn.en}<br>{drawn.ja} (`{name}`)"
        elif seen := labels.get(key) or labels.get(f"{'press' if kind == 'form' else 'form'} {name}"):
            label = min(seen)
            blanks = dict.fromkeys(_VALUE.findall(label), "…")
            found[key] = f"{_cell(label, blanks)}<br>{_cell(ja.line(label, **blanks), blanks)} (`{name}`)"
        else:
            found[key] = f"`{name}`"
    return found


def _cell(label: str, blanks: Mapping[str, str]) -> str:
    for name, shown in blanks.items():
        label = label.replace(f"{{{name}}}", shown)
    return label.replace("|", "\\|")


@cache
def _labels() -> Mapping[str, frozenset[str]]:
    """Return the labels that stand on buttons, menus and forms, as the handlers' code says them, by route."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "handlers").rglob("*.py"))}
    constants = {name: value for tree in trees.values() for name, value in _constants(tree)}
    found: dict[str, set[str]] = {}
    for tree in trees.values():
        own = constants | dict(_constants(tree))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _DRAWN:
                kind, action, label = _DRAWN[call.func.id]
                name, words = _said(_argument(call, *action), own), _said(_argument(call, *label), own)
                if name and words:
                    found.setdefault(f"{kind} {name.partition(':')[0]}", set()).add(words)
    return {key: frozenset(labels) for key, labels in found.items()}


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for name, value in pairs:
                if isinstance(name, ast.Name) and (said := _said(value, {})):
                    yield name.id, said


def _argument(call: ast.Call, keyword: str, place: int) -> ast.expr | None:
    named = {word.arg: word.value for word in call.keywords}
    return named.get(keyword) or (call.args[place] if len(call.args) > place else None)


def _said(node: ast.expr | None, constants: Mapping[str, str]) -> str:
    """Return the beginning of a text, as far as the code itself says it."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return constants.get(name, "")
        case ast.FormattedValue(value=value):
            return _said(value, constants)
        case ast.JoinedStr(values=values):
            parts = [_said(value, constants) for value in values]
            return "".join(parts[: parts.index("")] if "" in parts else parts)
        case ast.Call(func=ast.Attribute(attr="line") | ast.Name(id="msg" | "shortened"), args=[first, *_]):
            return _said(first, constants)
        case _:
            return ""

"""Writes ``docs/settings.md`` and ``docs/audit.md`` from the tables that the bot itself works with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chat.ids import Platform, Workspace
from community.config import CommunitySettings, WorkspaceSettings
from community.settings.knob_list import ONLY_IN_THE_FILE, SECTIONS, of_section
from community.settings.knobs import HERE, Knob, held, plain, raw
from handlers.audit import collect
from handlers.audit.not_undone import NOT_UNDONE
from handlers.audit.table import ALSO, LEAVES, Leaves, Seen
from handlers.routes import Feature
from handlers.settings.words import what_fits
from locales import translator

DOCS = Path(__file__).parents[2] / "docs"
SETTINGS, AUDIT = DOCS / "settings.md", DOCS / "audit.md"
SETTINGS_HEAD = """# Settings in the chat / チャットでの設定

Made by `make docs` from the code; a test holds them together. / コードから作られるページです（`make docs`）。

`/community settings` shows every setting with its value, where that comes from (as built in, from the file, set here by
whom and when, locked by the operator) and its meaning. A switch is turned by one tap. Anything else is typed or chosen,
read as people write it (`9時`, `火曜`, `#general`), shown with what follows from it, and changed by a second press.
Every change stands in `/community audit`, can be undone there and beneath the message that reports it, and survives a
restart. If somebody else was faster, the preview says so and is shown anew. Typed:
`/community settings set:digest_time value:10:00`; `value:default` goes back to the file. 👑: only owners change it.

`/community settings` で、すべての設定の値・由来（初期値／設定ファイル／だれがいつ変更したか／運用担当者による固定）・
意味を確認できます。オン・オフは1回押すだけで切り替わり、それ以外は、変わる内容を確かめてから「変更する」を押します。
変更は `/community audit` に残り、取り消せます。再起動しても消えません。👑 はオーナーだけが変更できます。

## The file wins where it locks / 設定ファイルで固定する

An operator who wants a value to stay as the file says names it, or its whole table, in the file:
設定ファイルの値を固定するには、項目か表の名前を書きます：

```toml
[[community]]
locked = ["digest.time", "privacy", "channels.moderators"]
```

What was set in the chat before is then overruled (`tsudoi doctor` names it), and the chat says that it is locked.
A name that there is not stops the start, and is named. / 固定すると、チャットでの変更より設定ファイルが優先されます。
"""
AUDIT_HEAD = """# Who changed what, previews and undo / 操作の記録・確認・取り消し

Made by `make docs` from the code; a test holds them together. / コードから作られるページです（`make docs`）。

`/community audit` tells moderators who changed what, newest first, in sentences; `member` and `deed` narrow it down.
Whatever was refused stands there, too, where it is asked for (`deed:access.refused`). A deed is undone by the button
beneath the message that reports it, or from the record: once, and only while nothing else has changed since, else the
record says what stands now. An undo is a deed, too. Rows are kept for `privacy.audit_days`; an erasure takes names out.

Before something changes for others it is shown: **preview** says what would happen, and to how many, and a second press
does it; **form** says it in the form that is sent; **one tap** does it at once, and another tap takes it back.

`/community audit` で、だれが何を変えたかを新しい順に確認できます。取り消しは1回だけで、その後に別の変更があるときは
取り消さず、いまの状態をお知らせします。ほかの人に関わる操作は、実行する前に内容と人数を確認できます。
"""


def settings_page() -> str:
    """Return the page of settings."""
    parts = [SETTINGS_HEAD]
    english, japanese = translator("en"), translator("ja")
    for section, title in SECTIONS.items():
        rows = ["| Setting | In the file | As built in | Meaning | 意味 |", "|---|---|---|---|---|"]
        rows += [_row(knob) for knob in of_section(section)]
        parts.append(f"## {english.line(title)} / {japanese.line(title)}\n\n" + "\n".join(rows) + "\n")
    rows = [f"| `{name.replace('workspaces.', '')}` | {why} |" for name, why in ONLY_IN_THE_FILE.items()]
    parts.append(
        "## Only in the file / 設定ファイルだけで変えるもの\n\n| Key | Because |\n|---|---|\n" + "\n".join(rows) + "\n"
    )
    return "\n".join(parts)


def _row(knob: Knob) -> str:
    english, japanese = translator("en"), translator("ja")
    defaults = CommunitySettings(id="main", workspaces=(WorkspaceSettings(workspace=_HOME),))
    value = plain(knob, raw(held(knob, defaults, _HOME)))
    mark = " 👑" if knob.owner else ""
    path = knob.path.removeprefix(HERE)
    fits = what_fits(knob, english).plain()
    meaning = f"{english.line(knob.meaning)}. {fits}"
    return f"| `{knob.name}`{mark} | `{path}` | {_cell(value)} | {meaning} | {japanese.line(knob.meaning)} |"


def _cell(value: str) -> str:
    text = value.replace("|", "\\|").replace("\n", " ")
    return f"`{text}`" if text else "–"


def audit_page(features: Iterable[Feature]) -> str:
    """Return the page of deeds."""
    deeds, undoes = collect(feature for feature in features if feature.name != "audit")
    english, japanese = translator("en"), translator("ja")
    rows = ["| Deed | What the record says | 記録の文 | Undo |", "|---|---|---|---|"]
    for deed in sorted(deeds):
        said = [_blank(t.line(deeds[deed], **_NAMES)) for t in (english, japanese)]
        rows.append(f"| `{deed}` | {said[0]} | {said[1]} | {_undone(deed, undoes)} |")
    parts = [AUDIT_HEAD, "## Deeds / 操作の種類\n\n" + "\n".join(rows) + "\n"]
    for title, table in (("For moderators / 運営メンバー", LEAVES), ("For organisers, too / 主催者も", ALSO)):
        acts = [f"| `{route}` | {_deeds(left, undoes)} | {left.seen} |" for route, left in table.items() if left.deeds]
        head = "| Action | Records | Seen before |\n|---|---|---|\n"
        parts.append(f"## {title}\n\n{head}" + "\n".join(acts) + "\n")
    looks = ", ".join(f"`{route}`" for route, left in LEAVES.items() if left.seen is Seen.NOTHING)
    parts.append(f"## Only looks, opens or asks / 見るだけのもの\n\n{looks}\n")
    return "\n".join(parts)


def _undone(deed: str, undoes: Iterable[str]) -> str:
    if deed in undoes:
        return "yes / できます"
    english, japanese = (t.line(NOT_UNDONE[deed]) for t in (translator("en"), translator("ja")))
    return f"no: {_blank(english)} / {_blank(japanese)}"


def _deeds(left: Leaves, undoes: Iterable[str]) -> str:
    back = set(undoes)
    return ", ".join(f"`{deed}`" + (" ↩" if deed in back else "") for deed in left.deeds)


def _blank(text: str) -> str:
    return text.replace("|", "\\|")


_HOME = Workspace(Platform.SLACK, "T1")
_NAMES = {name: f"⟨{name}⟩" for name in ("who", "member", "subject", "before", "after", "reason", "deed", "undone")}


def write(features: Iterable[Feature]) -> None:
    """Write both pages."""
    SETTINGS.write_text(settings_page(), encoding="utf-8")
    AUDIT.write_text(audit_page(features), encoding="utf-8")

"""The page for members on what is kept, ``docs/privacy.md``, from what the tables declare, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from community.settings.privacy import PrivacySettings
from handlers.privacy.asking import GOES, SEAT, STAYS
from handlers.privacy.card import GROUPS, OTHERS, kept_text
from handlers.privacy.choosing import CHOICES
from locales import Translator, translator
from storage.held.declaring import Goes, Held, Ids
from storage.held.everything import HELD

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
HEAD = """# Privacy / プライバシー

Made by `make docs` from what the code declares of each table (`storage/held/`); a test holds them together.
/ コードの宣言から作られるページです（`make docs`）。

[English](#what-tsudoi-keeps-about-you) · [日本語](#あなたについて保存していること)
"""
EN = """## What Tsudoi keeps about you

Tsudoi keeps what it needs to greet you, to find answers, to give seats at meetups and to count how the community
fares, and nothing else. It keeps no messages, except questions with their answers, ideas, and what you write to it
in forms. Everything stays on the machine of whoever runs this community's bot.

- `/tsudoi privacy` shows what there is about you, why, and how long; only you see it.
- **Take it along** sends you a JSON file in a direct message. It is made in the moment in which it is sent; no copy
  stays with the bot.
- **What I may ask and share** holds your choices:
{choices}
- **Erase…** takes everything about you away, in one step, after you have typed a word. Nobody is told.

### What an erasure takes away
{goes}

### What it leaves
{stays}

Your accounts get a mark: a keyed hash (HMAC-SHA-256) with a random key of this community. Nobody can read an account
from it, but the bot knows yours again, and drops whatever it does, also in imports of old messages. If you use a
command or a button, it asks whether you want to begin anew; if you leave and join again later, that is a new
beginning, too.

**Backups.** The community's operator makes copies of the store and keeps them for a while (see
[operations](operations.md)). Older copies still have what you had erased, until they are deleted. When one is
restored, everybody who is marked is erased from it again, and others go on without them as soon as the bot runs.

**An open report about you.** It stays until the moderators have closed it, without your name, because the safety of
others needs it (GDPR, article 17(3)(e)); then what it quoted goes as well. Reports that you made stay as cases, without
you and your words.

**A meetup that only you organise** goes on: whoever has a seat keeps it, and the moderators are asked to take it over.
They are told that its organiser is gone, not more.

**On Slack and Discord themselves** your own messages stay; you can delete them there. What the bot posted in
channels is removed or drawn anew without you: introductions, thanks, questions, meetups, ideas, applications and
digests however old, any other post for a year. What is counted keeps the hour and the channel, not the message; of
questions and their answers it keeps which messages they were, without words.

It cannot take back what it told somebody else in private more than a month ago, what was said about a case in the
moderators' own channel, files that organisers or moderators took along, and posts older than a year of a kind that is
not named above. Nor does it take roles or user groups from you. A moderator can delete any message of the bot in a
channel (in its menu “⋯”, “Delete message”), and take a role away in the list of members: ask one, in private.

### What is kept, and how long

Days are those of the default settings; `[community.privacy]` in the configuration changes them.
"""
JA = """## あなたについて保存していること

Tsudoi（集い）が保存するのは、新しい人を迎え、質問の答えを見つけ、ミートアップの席をご用意し、コミュニティの様子を数えるために必要なものだけです。
質問とその回答、アイデア、フォームに書いた内容のほかに、発言は保存していません。
情報はすべて、このコミュニティのボットを動かしている機械の中だけにあります。

- `/tsudoi privacy` で、何を、なぜ、いつまで保存しているかを確認できます。内容はご本人にだけ見えます。
- **書き出す**：JSON ファイルをダイレクトメッセージでお送りします。送るときに作るので、ボット側に写しは残りません。
- **お声がけと掲載の設定**：次のことを選べます。
{choices}
- **削除する…**：確認のことばを入力すると、あなたの情報を一度にすべて削除します。だれにも伝えません。

### 削除で消えるもの
{goes}

### 残るもの
{stays}

アカウントには印だけが残ります。コミュニティごとの秘密の数を使ったハッシュ（HMAC-SHA-256）で、印からアカウントを知ることはできません。
ボットは同じアカウントを見分けて、その後の行動も、過去の発言の取り込みも、何も残しません。
コマンドやボタンを使うと、もう一度始めるかどうかをお尋ねします。一度退会して参加し直したときも、新しく始めたことになります。

**バックアップ**：管理者は保存内容の写しを一定期間保管しています（[運用](operations.md)）。
古い写しには、保管期間が過ぎるまで、削除した情報が残ります。写しから復元するときは、印のあるアカウントの情報をあらためて削除し、
ボットが動きはじめるとすぐに、空いた席などをほかの人に回します。

**あなたについての報告が対応中のとき**：ほかの人の安全のため、お名前を外したうえで、対応が終わるまで残します
（GDPR 第17条3項(e)）。終わると、引用した発言も消えます。あなたが行った報告は、お名前と文章を消して、件だけが残ります。

**主催者があなただけのミートアップ**：席はそのままで、運営メンバーに引き継ぎをお願いします。伝わるのは「主催者がいなくなった」ことだけです。

**Slack や Discord そのもの**：ご自身の発言はそのまま残るので、必要ならそちらで削除してください。
ボットがチャンネルに投稿したものは、取り消すか、お名前を外して更新します。自己紹介・「ありがとう」・質問・ミートアップ・アイデア・
入会の申し込み・ダイジェストは古いものもすべて、それ以外の投稿は1年以内のものが対象です。
集計に残るのは、発言そのものではなく、時間帯とチャンネルだけです。質問と回答については、どの発言だったかを、文章なしで残します。

ボットが取り消せないものもあります。1か月より前にほかの人へ個別に伝えたこと、運営メンバー専用チャンネルでの報告についてのやりとり、
主催者や運営メンバーが保存したファイル、上に挙げたもの以外の1年より前の投稿です。ロールやユーザーグループもそのまま残ります。
チャンネルに残ったボットの投稿は、運営メンバーがメッセージのメニュー「…」の「メッセージを削除」で削除でき、
ロールはメンバー一覧から外せます。運営メンバーにこっそりお伝えください。

### 保存しているものと期間

日数は初期設定のものです。設定ファイルの `[community.privacy]` で変えられます。
"""


def privacy_page() -> str:
    """Return the page."""
    parts = [HEAD]
    for text, language in ((EN, "en"), (JA, "ja")):
        t = translator(language)
        choices = "\n".join(f"  - **{t.line(c.label)}**: {t.line(c.when_on)}" for c in CHOICES)
        goes, stays = ("\n".join(f"- {t.line(said)}" for said in some) for some in ((*GOES, SEAT), STAYS))
        parts.append(text.format(choices=choices, goes=goes, stays=stays))
        left = list(HELD)
        for heading, group in (*GROUPS, (OTHERS, None)):
            mine = [one for one in left if group is None or one in group]
            left = [one for one in left if one not in mine]
            parts.append(f"#### {t.line(heading)}\n\n{_table(mine, t)}")
    return "\n".join(parts)


def _table(held: Sequence[Held], t: Translator) -> str:
    """Return what members read of some tables, those first that are about them."""
    heads = ("保存しているもの", "期間", "削除すると") if t.language == "ja" else ("What", "How long", "When you erase")
    rows = [f"| {' | '.join(heads)} |", "|---|---|---|"]
    for one in sorted(held, key=lambda one: not is_personal(one)):
        cells = (one.why.of(t.language), kept_text(t, one, PrivacySettings()), _erasure(one, t.language))
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def is_personal(one: Held) -> bool:
    """Say whether a table holds anything of a person."""
    return bool(one.people or set(one.texts.values()) - {Ids.MESSAGE})


def _erasure(one: Held, language: str) -> str:
    """Return in a word what an erasure does."""
    if one.stays is not None:
        return one.stays.of(language)
    ja = language == "ja"
    if not is_personal(one):
        return "あなたの情報は含みません" if ja else "nothing of yours is in it"
    if Goes.ROW in one.people.values() or not one.people:
        return "消えます" if ja else "goes"
    return "お名前が消えます" if ja else "your name goes"

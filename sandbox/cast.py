"""Who and what stands in the sandbox on a first start: a made-up community of developers in a harbour town.

Names of channels are stable, so a bot's configuration can name them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.world import Person, SpaceKind

COMMUNITY: Final = "みなと開発者の会"
SLACK_SPACE: Final = "T0TSUDOI"
DISCORD_SPACE: Final = "1121300000000000100"

INTRODUCTIONS: Final = "introductions"
MODERATORS: Final = "moderators"
PRODUCT: Final = "product"
PRODUCT_TEAM: Final = ("kenji",)  # who reads what the community hands over; moderators look in, too
FORUM: Final = "help"  # on Discord only: Slack has no forums

CHANNELS: Final = (
    ("general", "お知らせと全体の話題 / News for everyone"),
    (INTRODUCTIONS, "はじめまして！自己紹介はこちら / Say hello"),
    ("questions", "質問・相談、なんでもどうぞ / Ask anything"),
    ("meetups", "勉強会・もくもく会のお知らせ / Meetups and study groups"),
    ("random", "雑談 / Small talk"),
)


# Rooms that people enter for their topics, on Slack; badges that they wear for them, on Discord
TOPIC_CHANNELS: Final = (
    ("python", "Python の話 / Python"),
    ("database", "データベースの話 / Databases"),
    ("design", "デザインの話 / Design"),
)
TOPIC_ROLES: Final = ("python", "frontend", "database", "cloud", "design", "talks")


@dataclass(frozen=True, slots=True)
class Role:
    """A persona and where they already are on a first start."""

    person: Person
    slack: bool = False
    discord: bool = False


CAST: Final = (
    ("sora", "佐藤 そら", "ja", "Asia/Tokyo", "newcomer", ""),
    ("emma", "Emma Clarke", "en", "Europe/London", "newcomer", ""),
    ("riku", "高橋 りく", "ja", "Asia/Tokyo", "newcomer", ""),
    ("misaki", "田中 美咲", "ja", "Asia/Tokyo", "expert", "slack discord"),
    ("kenji", "Kenji Mori", "en", "America/Los_Angeles", "expert", "slack discord"),
    ("priya", "Priya Nair", "en", "Asia/Kolkata", "expert", "discord"),
    ("makoto", "鈴木 まこと", "ja", "Asia/Tokyo", "moderator", "slack discord"),
    ("yui", "山本 ゆい", "ja", "Asia/Tokyo", "member", "slack"),
    ("takeru", "伊藤 たける", "ja", "Asia/Tokyo", "member", "discord"),
    ("aoi", "中村 あおい", "ja", "Asia/Tokyo", "member", "slack discord"),
    ("lukas", "Lukas Weber", "en", "Europe/Berlin", "member", "slack"),
)


def cast() -> list[Role]:
    """Return everybody, freshly made: a world changes its people."""
    return [
        Role(Person(key, name, language, zone, role), slack="slack" in where, discord="discord" in where)
        for key, name, language, zone, role, where in CAST
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said before the curtain rose. ``answers`` counts back to the line it replies to."""

    hours_ago: float
    where: SpaceKind
    who: str
    channel: str
    text: str
    answers: int = 0
    reactions: tuple[tuple[str, str, str], ...] = ()  # who, Slack's name, the character


S, D = SpaceKind.SLACK, SpaceKind.DISCORD
PAST: Final = (
    Line(
        71,
        S,
        "makoto",
        "general",
        "みなさん、ようこそ！気になることがあればいつでも声をかけてください。",
        0,
        (("yui", "tada", "🎉"),),
    ),
    Line(70, D, "makoto", "general", "Slack と Discord、どちらからでも参加できます。居やすいほうでどうぞ。"),
    Line(52, S, "yui", "questions", "pytest で非同期のテストを書くとき、みなさんは何を使っていますか？"),
    Line(
        51.5,
        S,
        "misaki",
        "questions",
        "`pytest-asyncio` の auto モードが楽ですよ。設定は一行です。",
        1,
        (("yui", "pray", "🙏"),),
    ),
    Line(50, D, "takeru", "questions", "SQLite のまま本番に出しても大丈夫な規模って、どのくらいなんでしょう…"),
    Line(
        49,
        D,
        "priya",
        "questions",
        "We run 2M rows on SQLite with WAL and it is fine. Keep one writer.",
        1,
        (("takeru", "eyes", "👀"),),
    ),
    Line(
        30,
        S,
        "lukas",
        "random",
        "Morning from Berlin ☕ First snow today!",
        0,
        (("aoi", "heart", "❤️"), ("misaki", "heart", "❤️")),
    ),
    Line(
        29,
        D,
        "aoi",
        "random",
        "先週のもくもく会、静かなのに楽しかったです。また行きたい！",
        0,
        (("makoto", "heart", "❤️"),),
    ),
    Line(26, S, "aoi", "meetups", "来月の読書会、何章からでしたっけ？"),
    Line(25.5, S, "makoto", "meetups", "第4章からです。途中参加も歓迎ですよ。", 1, (("aoi", "+1", "👍"),)),
    Line(7, D, "kenji", "random", "Anyone else trying the new Python release? The error messages keep getting kinder."),
    Line(6, D, "misaki", "random", "使ってます！トレースバックが読みやすくて助かりますね。", 1),
    Line(
        3,
        S,
        "misaki",
        "general",
        "今週の金曜、オンラインでもくもく会をします。手ぶらでどうぞ。",
        0,
        (("yui", "raised_hands", "🙌"),),
    ),
)

# What scripted members say of themselves: who, channel, words.
CHATTER: Final = (
    ("misaki", "random", "今日は朝から型ヒントの整理。地味だけど、終わると気持ちいいです。"),
    ("kenji", "random", "Small win of the day: deleted 400 lines and nothing broke."),
    ("aoi", "random", "お昼に読んだ設計の本がとてもよかったので、今度の読書会で話したいです。"),
    ("makoto", "general", "最近入った方へ。わからないことは #questions でどうぞ。どんな小さなことでも大丈夫です。"),
    ("aoi", "questions", "CI が急に遅くなったのですが、まず何から見るのがよいでしょうか？"),
    ("misaki", "meetups", "次のもくもく会のテーマ、何がいいですか？リクエスト募集中です。"),
    ("kenji", "questions", "How do you all keep a changelog honest without it becoming a chore?"),
    ("lukas", "random", "Rainy day, tests green. I will take it."),
    ("yui", "random", "駅前に新しい喫茶店ができていました。作業がはかどりそう ☕"),
    ("takeru", "random", "週末にキーボードを組み立てました。打つのが楽しい！"),
    ("priya", "random", "Wrote my first Rust macro. I have questions, but happy ones."),
)

WELCOMES: Final = {
    "ja": (
        "はじめまして！お会いできてうれしいです。これからよろしくお願いします。",
        "ようこそ！気になることがあれば、いつでも聞いてくださいね。",
        "自己紹介ありがとうございます。私も同じことに興味があります！",
        "ようこそ〜！次のもくもく会でもぜひお話ししましょう。",
    ),
    "en": (
        "Welcome! Glad you are here.",
        "Nice to meet you! Ask anything, any time.",
        "Thanks for the introduction. I am into the same things!",
        "Welcome! Come and say hi at the next meetup.",
    ),
}

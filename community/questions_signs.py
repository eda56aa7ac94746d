"""The signs by which a question is known: one pattern each, named, so that a weight can be read beside its meaning.

Each pattern is looked for in single sentences of bounded length, so none of them can take long.
"""

# ruff: noqa: E501 - an alternative of a pattern is read in one piece

from __future__ import annotations

import re


def _table(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}


_HELLO = (
    r"(?:(?:hi|hey|hello|hiya|yo|so|ok|okay|also|and|but|or|sorry|well|hmm+|guys|folks|all|everyone|everybody|there|"
    r"good (?:morning|evening|afternoon|day)|(?:a )?(?:quick|random|dumb|stupid|noob|newbie|silly|beginner|basic) "
    r"questions?|question|btw|just curious|out of curiosity)\b[\s,.!:;-]*)*"
)

ENGLISH = _table({
    "asks_mark": r"\?[\s)\]\"'*_!?]*$",
    "mark_inside": r"\?\s*\)?\s+\S|\?$",
    "wh_start": rf"^\W*{_HELLO}(?:how|what|what's|whats|why|where|when|which|who|whose|how's|where's|who's)\b",
    "how_to": r"\bhow (?:do|does|can|could|to|would|should|might|did|is|are|come)\b",
    "is_there": r"\b(?:is|are) there\b|\bisn't there\b|\bthere (?:is|are) no\b.*\?",
    "aux_start": (
        rf"^\W*{_HELLO}(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|isn't|aren't|don't|"
        r"doesn't|can't|shouldn't|wouldn't|am|may|might)\s+(?:i|we|it|there|this|that|these|those|the|a|an|one|my|"
        r"our|somebody|someone|anybody|anyone|people|□|[a-z]+)\b"
    ),
    "anyone": r"\b(?:any|some)(?:one|body)\b|\banyone's\b|\bany (?:of you|experts?)\b|\bany(?:one|body) else\b",
    "anyone_knows": (
        r"\b(?:any|some)(?:one|body)\b.{0,50}\b(?:know|help|tried|have|has|had|seen|using|used|use|able|explain|point|"
        r"idea|experience|familiar|run|hit|got|give|tell|look|recommend|suggest|working|work|around)"
    ),
    "any_ideas": (
        r"\b(?:any|some) (?:\w+ )?(?:ideas?|suggestions?|thoughts?|pointers?|recommend\w*|hints?|tips?|advi[cs]e|clues?|"
        r"help|insights?|opinions?|feedback|guidance|examples?|resources?|way|chance|plans?|reason|news|updates?)\b"
    ),
    "wondering": r"\b(?:wonder(?:ing|ed)?|curious)\b(?: (?:if|whether|how|what|why|about|when|which|who|where)\b)?",
    "trying_to": r"\b(?:i'?m|i am|we'?re|we are|i was|i've been|been|while|when|after)?\s*(?:trying|attempting|struggling) (?:to|with)\b",
    "looking_for": r"\blook(?:ing)? for\b|\bin search of\b|\bsearch(?:ing|ed)? for\b",
    "cannot": (
        r"\b(?:can'?t|cannot|can not|couldn'?t|could not|unable to|not able to|no idea|fail(?:ing|ed)? to|hard time|"
        r"don'?t (?:seem|know|see|understand|get)|didn'?t (?:find|work|see)|haven'?t (?:found|been|figured)|not sure|unsure|"
        r"not clear|unclear|confus\w+|stuck|lost|puzzled|stumped|figure (?:it )?out|struggl\w+|trouble|difficult\w*)\b"
    ),
    "broken": (
        r"\b(?:does(?:n'?t| not)|do(?:n'?t| not)|is(?:n'?t| not)|not|never|stopp?e?d?) (?:\w+ )?(?:work\w*|compil\w+|load\w*|"
        r"render\w*|run\w*|return\w*|build\w*|show\w*|happen\w*)|\b(?:errors?|exceptions?|fails?|failing|failed|crash\w*|"
        r"panic\w*|segfault\w*|traceback|undefined|broken|issues?|problems?|bug)\b"
    ),
    "get_error": r"\b(?:i|we|it|which|and|that) (?:\w+ )?(?:get|got|gets|getting|see|seeing|saw|have|had|gives?|throws?|hit|ran into|run into)\b.{0,40}\b(?:errors?|exceptions?|fail\w*|problems?|issues?|message|warning)",
    "need_help": (
        r"\b(?:need|want|appreciate|looking for|could use|ask(?:ing)? for|seeking|get|like|love|grateful for) (?:\w+ ){0,3}?"
        r"(?:help|advice|pointers|guidance|suggestions?|feedback|assistance|clarification|input|opinions?)\b|\bhelp me\b|"
        r"\bplease help\b|\bhelp\b.{0,30}\bappreciated\b|\bappreciated\b"
    ),
    "question_word": r"\bquestions?\b",
    "best_way": r"\b(?:best|right|correct|proper|idiomatic|recommended|canonical|good|better|easy|easiest|simple|nice|standard|preferred|clean\w*) (?:way|approach|practices?|method|place|tool|library|solution|pattern)\b|\bway to\b",
    "embedded": r"\b(?:know|sure|understand|see|tell|explain|idea|clear|out|find|remember|decide|check) (?:\w+ )?(?:if|whether|how|what|why|where|which|who|when)\b",
    "is_it_possible": r"\bpossible\b|\bis it (?:ok|okay|normal|expected|common|safe|bad|worth)\b|\bsupposed to\b|\bmakes? sense\b|\bam i\b|\bdo i (?:need|have)\b|\bshould (?:i|we)\b|\bcan (?:i|we)\b|\bmissing\b",
    "would_like": r"\bi(?:'d| would)? (?:like|want|need|wanted) (?:to|a|an|some)\b|\bwe (?:want|need)\b",
    "expected": r"\b(?:expect(?:ed|ing)?|instead|seems?|apparently|somehow|weird|strange|odd|unexpected\w*|for some reason)\b",
    "tag": r",? (?:right|no|yes|huh|eh|ok|okay|correct|isn'?t it|don'?t you think|doesn'?t it|you know|amirite)\s*\?+\W*$",
    "rhetorical": r"\b(?:who knows|why not|guess what|who cares|what'?s not to|how cool|isn'?t that|how (?:great|awesome|nice)|what could go wrong|right\?|what if)\b",
    "you_direct": r"\b(?:did|do|are|have|were|can|could|would|will) (?:you|u)\b|\b(?:you|your|you're|you've)\b",
    "you_all": r"\b(?:you (?:guys|all|folks|people)|y'?all|do people|people (?:use|using|do)|folks|everyone|everybody|guys)\b",
    "announce": (
        r"\b(?:released?|releasing|announc\w+|publish\w*|launch\w*|introducing|just (?:wrote|made|pushed|posted|finished|"
        r"published|shipped)|check (?:it|this|them) out|new version|blog ?post|article|wrote (?:a|an|up)|hiring|meetup|"
        r"webinar|conference|join us|live ?stream\w*|podcast|newsletter|survey|psa|fyi|heads[- ]up|reminder|available|"
        r"starting (?:in|now)|tickets?|deadline|register|sponsor\w*|feel free|let me know|i(?:'ve| have) (?:made|created|written|built))\b"
    ),
    "opinion": r"\b(?:i (?:think|believe|guess|suppose|feel|like|love|hate|agree|hope|found|figured)|imo|imho|interesting\w*|cool|nice|great|awesome|amazing|lol|haha|wow|love)\b",
    "solved": r"\b(?:fixed|solved|nevermind|never mind|nvm|figured (?:it )?out|got it|it works|works now|found (?:it|the)|turns out|resolved)\b",
    "thanks": r"\b(?:thanks?|thank you|thx|cheers|ty)\b",
    "replying": r"^\W*(?:yes|yeah|yep|no|nope|ah|oh|right|true|sure|indeed|exactly|agreed|i see|maybe|probably|actually|you can|you could|try|same)\b",
    "job": r"\b(?:hire|hiring|freelanc\w+|contractors?|job|remote|salary|position|recruit\w*)\b",
    "first_person": r"\b(?:i|i'm|i've|i'd|my|me|we|our)\b",
    "proposal": r"\b(?:proposal|propose|agenda|meeting|rfc|let'?s|how about|what about|pr|pull request|patch|review|tracking|issue #|opened an? (?:issue|pr))\b",
})  # fmt: skip

JAPANESE = _table({
    "asks_mark": r"[?？][\s)）」』*_!！?？]*$",
    "mark_inside": r"[?？]",
    "ka_end": r"(?:でしょうか|ますか|ませんか|ですか|だろうか|ましたか|でしたか|んですかね|でしょうかね|ますかね|ですかね|のですか|のか|ないか)[ー～〜…。、\s!！?？)）」w]*$",
    "deshouka": r"でしょうか|だろうか|でしょうかね",
    "masuka": r"(?:ます|です|ません|ました|でした|んです)か(?:ね|な)?(?:[ー～〜…。、\s!！?？)）」w]|$)",
    "ka_ne": r"(?:か(?:ね|な|なぁ|なあ|しら)|のかな|んかな)[ー～〜…。、\s!！?？)）」w]*$",
    "kke": r"っけ[ー～〜…。、\s!！?？)）」w]*$",
    "no_deshou": r"(?:の|ん|なん)(?:でしょう|だろう)[ー～〜…。、\s?？]*$",
    "n_desu_ga": r"(?:ん|の)(?:です|だ)(?:が|けど|けれど)|(?:ます|です|ました|ません)(?:が|けど|けれど)",
    "teach": r"教えて(?:くだ|下|いただ|頂|もら|ほし|欲し|く)|ご?教[示授え](?:いただ|頂|くだ|下|願|お願)|おしえて(?:くだ|下|ほし)",
    "gozonji": r"ご存[じ知]|知ってい?る(?:方|人|かた)|知っている|ご存",
    "who_knows": r"(?:分|わ|解|判)か[るっ].{0,8}(?:方|人|かた)|詳しい(?:方|人|かた)|有識者|(?:方|人|かた)(?:は|が|って)?(?:、)?(?:い|おり|居)(?:ます|らっしゃ|ない|ません|ました)|どなたか|誰か|だれか|どなたでも",
    "want_know": r"知りたい|聞きたい|伺いたい|お聞き|お伺い|お尋ね|気にな(?:って|り|る)|教えを|ご意見|アドバイス|コメント|助言|ヒント|知恵",
    "trouble": r"困って|困り|悩んで|悩み|詰まって|つまって|はまって|ハマって|躓|つまず|苦戦|助けて|行き詰|お手上げ|四苦八苦|途方",
    "cannot": r"(?:分|わ|解|判)から(?:な|ず|ん)|(?:分|わ)かりませ|(?:分|わ|解|判)かって(?:い|お)?(?:な|ま)|できませ|できな|出来な|出来ませ|でき(?:ず|ん)|(?:うまく|上手く)|見つか(?:ら|り)|見当た|思いつか|思い付か|理解(?:が|でき|し)|よく(?:分|わ)から|出せ|られませ|(?:か|き|け|せ|て|ね|べ|め|れ|り)ませ(?:ん|$)|不明|謎",
    "error": r"エラー|失敗|動か(?:な|ず)|動きませ|落ち(?:る|ま)|例外|通ら|通り?ませ|コンパイル(?:でき|が通|エラ)|怒られ|バグ|問題|おかし|不具合|変(?:な|に)|想定|期待",
    "how": r"どう(?:すれ|した|やっ|や[れる]|し(?:て|ま)|いう|いっ|なっ|な[るの]|でしょ|です|だ|か|思|考|解|書|実)|どの(?:よう|様|くらい|辺|あたり|方法)|どれ(?:が|を|くらい|ぐらい)|いかが|如何",
    "what": r"何(?:が|を|か|で|の|故|と|に|でしょ|です|処)|なに(?:か|が|を)|なぜ|何故|なんで|どうして|どこ|何処|いつ|どちら|どっち|どんな|いくつ|誰(?:が|か)|なん(?:でしょ|です|の)|どれ",
    "way": r"方法|やり方|手段|書き方|使い方|良い(?:もの|手|方|やり)|いい(?:もの|手|方|やり)|よい(?:もの|方|やり)|解決策|対処|回避|原因|理由|違い|意味|仕組み|定番|おすすめ|オススメ|お勧め|お薦め|ベスト|慣習|一般的",
    "exists": r"(?:あり|無い|ない|存在し|あった|ある)(?:ます|ません|でしょ|です|もの|の)|(?:とか|もの|って)(?:あ|無|な)",
    "question_word": r"質問|相談|疑問",
    "ask_phrase": r"質問(?:です|させ|が(?:あ|ご|い)|したい|よろしい|いいで|失礼|し(?:て|ま)|なの|なん|いた|です)|相談(?:させ|です|が|に乗|したい)",
    "believe": r"(?:という|って)?(?:理解|認識|解釈)で(?:良い|よい|いい|あって|合って|正し|大丈夫)|合って(?:い|る|ま)|正しい(?:です|でしょ|の)|(?:で|ても|て)(?:いい|良い|よい|よろしい|大丈夫|構)",
    "negative_ask": r"(?:ない|無い|ませ|ん)(?:もの)?(?:でしょ|です)(?:う)?か|ない(?:かな|のか|ですか)|ではない(?:か|で)|じゃない(?:か|で)|んじゃ",
    "please": r"お願い(?:し|いた|致|で|申)|よろしく|宜しく",
    "favour": r"(?:もらえ|いただけ|頂け|くれ|くださいま|いただいても)(?:ます|ません|ないで|る|ない)",
    "invite": r"気軽に|ご(?:参加|応募|検討|確認|覧|連絡|自由|回答|協力|興味)|お待ち|募集|参加(?:し|者|登録|費|して)|お越し|ぜひ|是非|お申し込み|申込|開催|登壇|発表|勉強会|セミナー|イベント|もくもく|読書会|懇親|宣伝|アンケート|ミートアップ|connpass|来週|今週|今夜|本日|明日|今日",
    "announce": r"しました[。!！]?$|公開(?:し|さ)|リリース|出(?:し|ま)した|作(?:り|って)(?:ま|み)|書(?:き|いて)(?:ま|み)|お知らせ|告知|投稿し|アップ(?:し|デ)|更新し|更新さ|報告|紹介|記事|ブログ|始め(?:ま|て)|追加し|修正し|直し|移行し|変更し|共有",
    "self_intro": r"はじめまして|初めまして|自己紹介|と申します|参加しま|入りました|よろしくお願いします[。!！]?$|join",
    "thanks": r"ありがと|有難う|有り難う|感謝|助かり|助かる",
    "solved": r"解決(?:し|で|済)|できました|出来ました|いけました|動きました|直りました|自己解決|わかりました|分かりました|判明",
    "opinion": r"思(?:い|う|っ|わ)|面白|おもしろ|すご|すばらし|素晴|良さそう|よさそう|らしい|そうです|ですね|ますね|かも(?:しれ|です|な|$)|たい(?:です|と|な)|よね|笑|ｗ|ww",
    "yone": r"(?:です|ます|だ|ん|い)よね[ー～〜…。、\s!！?？)）」w]*$",
    "self_talk": r"(?:か(?:な|しら)|かなぁ|っけ|だろう|のか)[ー～〜…。、\s]*$",
    "replying": r"^(?:はい|いいえ|なるほど|確かに|たしかに|そうです|そうですね|了解|おお|ああ|あー|へー|ほう|うーん|いや|まぁ|まあ|ですね)",
    "hello": r"こんにちは|こんばんは|おはよう|お疲れ|失礼し|すみません|すいません|初心者|初歩|はじめまして|初めまして|勉強(?:し|中)|入門|学習",
    "addressed": r"さん(?:は|が|の|に|、|,|って|も)|(?:様|氏)(?:は|が|の|、)",
    "who_wants": r"(?:方|人|かた)(?:は|が|いれば|いらっしゃ|おられ)|興味",
    "thing_i": r"(?:私|僕|自分|わたし|俺|小生|当方)(?:は|が|の|も|で|的)",
    "tried": r"試し|やって(?:み|い|も)|しようと|したい(?:の|と|ん|で|が)|調べ|検索|ググ|読んで|使って(?:い|み)|実行(?:し|す)|書いて(?:い|み)",
})  # fmt: skip

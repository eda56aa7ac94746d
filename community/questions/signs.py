"""The signs by which a question is known: one pattern each, named, so that a weight can be read beside its meaning.

The text they read has one sentence a line; sentences and their number are bounded, so none can take long.
"""

# ruff: noqa: E501 - an alternative of a pattern is read in one piece

from __future__ import annotations

import re


def _table(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE | re.MULTILINE) for name, pattern in patterns.items()}


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

_END = r"[ー～〜…‥・.。．、\s!！?？)）」』ｗw]*$"

JAPANESE = _table({
    "asks_mark": r"[?？][\s)）」』*_!！?？]*$",
    "mark_inside": r"[?？]",
    "polite_ka": rf"(?:ます|です|ません|でしょう|ました|でした|ましょう|ください|下さい)か(?:[ー～〜]*{_END}|[ねな][ぇえー～〜]*[…・.。\s]*[?？])",
    "soft_ka": r"(?:ます|です|ません|でしょう|ました|でした)か[ねな][^?？]{0,3}$",
    "polite_inside": r"(?:ます|です|ません|でしょう|ました|でした)か(?:ね|ー)*(?:[。．?？!！、…（(]|\s)",
    "plain_ka": rf"(?<!です)(?<!ます)(?<!でしょう)(?<!ません)(?<!ました)(?<!でした)(?:か|のか|ないか){_END}",
    "polite_mark": r"(?:ます|です|ません|ました|でした|んです|ません)(?:ー|～)*[?？]",
    "plain_mark": r"(?:ない|ある|の|いる|た|る|い|これ|それ|って|とか|ん)[?？]",
    "kke": r"(?:ます|です|でした|ました|ません)(?:た)?っけ",
    "kke_plain": r"っけ",
    "deshou": rf"(?:の|ん)(?:でしょう|だろう)(?:かね?{_END}|[…・.]*[?？]|…)|(?:誰|何|どう|どこ|いつ|どれ)(?:でしょう|だろう)(?:か)?(?:ね)?{_END}|(?:誰|何|どう|どこ|いつ|どれ|なぜ|どの)[^。\n]{{0,30}}でしょう(?:か)?{_END}",
    "deshouka": r"でしょうか(?!ら)",
    "teach": (
        r"(?:教え|おしえ)て(?:くだ|下|いただ|頂|もら|ほし|欲し|くれ|戴)|(?:教え|おしえ)を(?:乞|請|いただ)|"
        r"ご?(?:教[示授]|指導|助言|アドバイス|助力|意見|回答|返答)(?:を|も|など)?(?:いただ|頂|くだ|下|願|お願|ほし|欲し|もら|求)|"
        r"お助け|お知恵|(?:方法|情報|助言|意見)を募集|どうすれば[…・。\s]*$|お(?:すすめ|勧め|薦め)して(?:くだ|下)|(?:助言|アドバイス|情報|意見|コメント|ヒント|知恵)(?:を|が|も|など|等)(?:いただ|頂|くだ|欲し|ほし|お借り|もら|求)"
    ),
    "want_know": (
        r"知りたい|(?:聞き|訊き|伺い|お聞きし|お伺いし|お尋ねし|尋ね|ききたい|質問し)たい|お(?:聞き|伺い|尋ね)(?:し|いたし|させ)|"
        r"質問(?:です|させ|が(?:あ|ご|い|１|二|2)|よろしい|いいで|失礼|し(?:たい|ます)|なの|なん|いた|連投|を(?:さ|いた)|で[、。恐申])|"
        r"について(?:の)?質問|ご?相談(?:させ|です|が|に乗)"
    ),
    "who": (
        r"ご存[じ知]|(?:ご覧|経験|詳し|知って|使って|分か|わか|解|お持ち|できた|された|やって)[^。\n]{0,8}(?:方|人|かた)[^。\n]{0,8}(?:い(?:ます|らっしゃ|たら|れば|ません|ない)|おら|おり|居)|"
        r"どなた(?:か|でも)|(?:誰|だれ)か(?!ら|の)|有識者|皆さん(?:は|の)|みなさん(?:は|の)|皆様(?:は|の)"
    ),
    "how": r"どう(?:すれ|した(?:ら|の|もの)|やっ|や[れる]|して(?!も)|いう|いっ|なっ|な[るの]|でしょ|ですか|だ(?:ろ|と)|か(?:ら|く)|思|考え|解|書|実|ある)|どの(?:よう|様|くらい|辺|あたり|方法|程度|タイミング)|如何|いかが",
    "what": r"何(?:が|を|か|で|の(?!で)|故|と|に|でしょ|です|処|者)|なに(?:か|が|を)|なぜ|何故|なんで(?!す)|どうして|どこ|何処|いつ(?!も|か|で)|どちら|どっち|どんな|いくつ|誰(?:が|か|で)|なん(?:でしょ|ですか|の(?:で|か|意))|どれ(?!も)",
    "why": r"(?:なぜ|何故|なんで|どうして|理由|原因)",
    "way": r"方法|やり方|手段|書き方|使い方|読み方|解決策|対策|対処|回避|定番|コツ|慣習|一般的|ベスト|(?:良い|いい|よい|上手い|うまい)(?:もの|手|方|やり|感じ|案|例|ライブラリ)|おすすめ|オススメ|お勧め|お薦め|サンプル|参考",
    "exists": r"(?:あり|ござい)ま(?:す|せん)(?:か|[?？]|でしょ)|(?:ない|無い|存在し(?:ない|ます)|ある|あった)(?:ん|の|もの)?(?:です|でしょう)か|ありましたっけ|(?:とか|って|など|は)(?:ある|ない|無い)(?:の|ん)?[?？]|ないかな|ないものか",
    "dont_know": r"(?:分|わ|解|判)から(?:な[いくか]|ず|ん)|(?:分|わ)かりませ|(?:分|わ|解|判)かって(?:い|お)?(?:な|ま(?:せ|だ))|理解(?:が)?(?:でき|出来)(?:ま|な|ず|て(?:い)?な)|(?:つか|掴|思いつ|思い付|見つ|見当た|見付)(?:け|か|ら|り|き)[^。\n]{0,6}(?:ない|なく|ませ|ず|ん)|不明|謎",
    "unknown": r"(?:が|は|か|も)(?:よく|イマイチ|いまいち|まだ|さっぱり|全く|全然)*(?:わか|分か|解|判)(?:りません|らない(?:ん|の)?です|らなく|らず|らない[。…])|(?:つかめ|掴め|思いつ(?:か|き)|理解でき|理解出来)(?:て(?:い)?)?(?:ない|ません)",
    "trouble": r"困(?:って|り(?:ま|は))|悩(?:んで|み(?:ま|中))|迷って|詰ま(?:って|り|っ)|つまって|はまって|ハマって|躓|つまず|苦戦|助けて|たすけて|行き詰|お手上げ|途方|うまく(?:い|行)(?:か|き)(?:な|ま|ず)|上手く(?:い|行)(?:か|き)(?:な|ま|ず)|頭(?:が)?(?:爆|混)",
    "fails": r"エラー(?:が|に|と|で|メッセージ)|失敗(?:し|す)|動(?:か|作し)(?:な|ず)|動きませ|落ち(?:て|ま)|通ら(?:な|ず)|通りませ|怒られ|(?:出来|でき)(?:ませ|な[いくか]|ず)|られませ|になってしま|(?:期待|想定)(?:し|通)|おかし|表示され(?:な|ま(?:せ))",
    "last_plea": rf"(?:お願い(?:し|いた|致|申)(?:ます|上げます)|よろしく|宜しく|助かります|幸いです|嬉しいです|ありがたいです){_END}",
    "wish": r"(?:と|たら|れば)(?:嬉し|うれし|助か|有難|ありがた|有り難|幸い)|ほしい(?:です|の)|欲しい(?:です|の)",
    "believe": r"(?:という|って)?(?:理解|認識|解釈|考え)で(?:良い|よい|いい|あって|合って|正し|大丈夫)|合って(?:い|る|ま)|正しい(?:です|でしょ|の)|(?:で|ても|て)(?:いい|良い|よい|よろしい|大丈夫|構)",
    "may_i": r"(?:ても|でも)(?:いい|良い|よい|よろしい|大丈夫|構いません)(?:の|ん)?(?:です|でしょう)?か",
    "yone": r"よね[?？。!！\s）)]|よね$",
    "confirm": r"という意味(?:です|でしょう)か|でしょうね|(?:これ|こういうの)[^。何故\n]{0,3}(?:です|でしょう)か|あたりですか",
    "to_say": r"という(?:こと|事|わけ)(?:です|でしょう)か|ってこと(?:です)?(?:か|かな|[?？])|のこと(?:です|でしょう)か",
    "suggest": r"ではないで(?:しょうか|すか)|(?:ん|の)じゃない(?:です|でしょう)?(?:か|かな)|のでは(?:[?？…。]|$)|(?:は|として|って)?どうでしょう[?？]|て(?:は|みては)(?:いかが|どう)|(?:無い|ない)でしょうか|(?:は|じゃ|では)(?:だめ|ダメ|駄目)(?:です)?(?:か|[?？])|(?:良い|いい|よい)(?:か|の?では)と|どう(?:です|でしょう)か[。?？]?$|たら(?:どう|いかが)|みなさん(?:も)?いかが",
    "answer": r"はず(?:です|な)|と思います|(?:て|で)(?:みて)?(?:ください|下さい)(?:ね)?[。!！]?$|かもしれ(?:ません|ない)|ればいい|れば(?:良い|よい|OK)|(?:です|ます)よ[ー～。!！\s]|(?:です|ます)よ$|らしい(?:です)?[。、]|そうです[。!！]|みたいです(?:ね)?[。!！]?$|ようです|でしょう[。ね]|(?:おすすめ|オススメ|お勧め)です|すれば|と(?:良い|いい|よい)(?:です|かと|と)",
    "favour": r"(?:もらえ|いただけ|頂け|くださいま|下さいま|くれ)(?:ます|ません|ない)(?:か|でしょうか|ですか)",
    "invite": r"気軽に|ご(?:参加|応募|検討|査収|自由|協力|興味|了承)|お待ち|募集|参加(?:し|者|登録|費)|ぜひ|是非|申し?込|開催|登壇|発表|勉強会|懇親会|宣伝|アンケート|ミートアップ|connpass|来週|今週|本日|明日|今日は|空いて(?:る|いる)|しませんか|運営|担当",
    "announce": r"しました[。!！]?$|ました[!！]|公開(?:し|さ)|リリース|released|作(?:り|って)(?:ま|み)|書(?:き|いて)(?:ま|み)|お知らせ|告知|アップ(?:し|デ)|更新し|更新さ|報告|紹介|記事|ブログ|追加し|修正し|直し(?:て|ま)|移行し|変更し|共有|出(?:ま|し)した|ついに|もくもく|読み進め|続きを|進めます|やります|解きます|進めて",
    "self_intro": r"はじめまして|初めまして|自己紹介|と申します|参加しま|入りました",
    "thanks": r"ありがと|有難う|有り難う|感謝|なるほど|助かりました",
    "solved": r"解決(?:し(?:ま|た)|済)|できました|出来ました|いけました|動きました|直りました|自己解決|わかりました|分かりました|判明",
    "opinion": r"面白|おもしろ|すご(?:い|く)|すばらし|素晴|良さそう|よさそう|楽し|便利|笑|ｗ|www|悲し|残念|気がし|たいな|たい[。…]|つらい|かっこ",
    "musing": r"(?:そう|かなぁ?)[?？]$|(?:か|の)(?:な|しら)[ぁあー～〜…。.\s）)]*$|(?:の|だろう)か[ー～〜…。.\s）)]*$|ってことか|んだろう|だろうし|…[?？]$",
    "replying": r"^(?:はい|いいえ|なるほど|確かに|たしかに|そうです|そうですね|了解|おお|ああ|あー|あ、|へー|ほう|うーん|いや|まぁ|まあ|それは|ええ[、。])",
    "hello": r"こんにちは|こんばんは|おはよう|初心者|初歩|入門|学習|勉強(?:し|中|を)|始め(?:た|まし)",
    "sorry": r"申し訳|恐縮|恐れ入り|すみません(?:が|、)|すいません(?:が|、)|失礼",
    "addressed": r"^[^。、\n]{0,12}(?:さん|様|氏)[、,，\s]",
    "but": r"(?:ん|の)(?:です|だ)(?:が|けど|けれど)|(?:ます|です|ました|ません)(?:が|けど|けれど)|(?:いる|ある|ない|たい)(?:の|ん)(?:です|だ)",
    "tried": r"試し(?:て|た|ま)|(?:やって|調べて|検索して|ググって|実行して|書いて|使って)(?:みま|みた|みて|います|いる|いて)|しようと(?:し|思)|たい(?:の|ん)(?:です|だ)|たいと(?:思|考)|にしたい",
})  # fmt: skip

# A sentence asks where it shows one of the first and none of the second
ASKS = {
    "en": frozenset({"asks_mark", "how_to", "anyone_knows", "any_ideas", "wondering", "need_help", "wh_start"}),
    "ja": frozenset({"polite_ka", "polite_mark", "kke", "deshou", "deshouka", "teach", "want_know", "who", "exists", "may_i", "unknown"}),
}  # fmt: skip
UNDOES = {
    "en": frozenset({"tag", "rhetorical", "you_direct", "announce", "replying"}),
    "ja": frozenset({"confirm", "suggest", "favour", "invite", "musing", "replying", "addressed"}),
}
STUCK = {
    "en": frozenset({"cannot", "broken", "get_error", "trying_to", "expected"}),
    "ja": frozenset({"dont_know", "trouble", "fails"}),
}

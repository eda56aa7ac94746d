"""Words of thanks, read for what they say about an answer: thanks, solved, or thanks although nothing helped."""

# ruff: noqa: E501 - an alternative of a pattern is read in one piece

from __future__ import annotations

import re
from enum import StrEnum

from community.questions.text import shape


class Thanks(StrEnum):
    """What the words say about the answer."""

    NONE = "none"
    THANKS = "thanks"
    SOLVED = "solved"
    UNSOLVED = "unsolved"  # "thanks anyway", "thanks, but it still fails": propose nothing, keep asking


_THANKS = re.compile(
    r"\b(?:thanks?|thank (?:you|u)|thx|thanx|tnx|ty|tysm|tyvm|cheers|kudos|much appreciated|(?:really |greatly )?appreciate (?:it|that|the|your|you)"
    r"|(?:very|super|so|really) helpful|lifesaver|life saver)\b|ありがと|有難う|有り難う|有難い|感謝(?:し|です|いた|致|の|！|$)|助かり(?:まし|ます)|助かった|あざす|あざます|サンクス|恐れ入ります",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:thanks?|thank you|thx|cheers|ty)\b(?: (?:so|very) much| a lot)?(?: you)?,? (?:in advance|for (?:any|your) (?:help|advice|input|suggestions?|pointers?|time|hints?|ideas?|assistance) in advance|for any \w+|beforehand)"
    r"|\bin advance\b|\bwould (?:be )?(?:\w+ )?(?:appreciate|grateful)|\bappreciated (?:if)|\b(?:any|all) (?:\w+ ){0,3}(?:is|are|would be) (?:\w+ )?appreciated"
    r"|(?:いただけ|頂け|もらえ|くれ|くださ|してくだ)(?:ると|れば|ましたら|たら|れますと|ますと)[^。\n]{0,20}(?:助かり|有り?難|ありがた|嬉し|うれし|幸い)|(?:と|れば|たら)(?:とても|大変|非常に)?(?:助かります|有り?難いです|ありがたいです|嬉しいです|うれしいです)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\bno,? thanks?\b|\bno thank you\b|\bthanks? (?:god|goodness|heavens?|to (?:the|this|my|our|all))\b|\bthankfully\b|\bthanks but no thanks\b",
    re.IGNORECASE,
)
_SOLVED = re.compile(
    r"\b(?:that|this|it|which|that'?s|your (?:\w+ )?(?:solution|suggestion|answer|advice|fix|code|example)|the (?:solution|fix|suggestion)) (?:just |totally |really |indeed |actually |did |has |finally |all )?(?:work(?:s|ed)|did (?:it|the trick)|fixed|solved|helped|helps|resolved|(?:was|is) (?:it|exactly|the (?:problem|issue|solution|answer)|what i (?:need|want|was)))\b"
    r"|\b(?:works|working|fixed|solved|resolved) (?:now|it|perfectly|like a charm|great|fine|well)\b|\b(?:got|have|made|get) it (?:to )?(?:work(?:ing)?|running|fixed|sorted|figured)\b|\b(?:i |just )?(?:fixed|solved|sorted|resolved) (?:it|this|that|the (?:problem|issue))\b|^\W*(?:works|worked|solved|fixed|resolved|sorted)\b(?!\s+(?:for|on|with|in|as|at) )"
    r"|\bproblem (?:is )?solved\b|\bthat was (?:it|the (?:problem|issue|trick))\b|\bfigured it out\b|\bdid the trick\b|\bexactly what i (?:need|want|was)\w*|\bworks like a charm\b|\bnow it (?:works|compiles|runs|builds)\b|\bit(?:'s| is) working\b(?! (?:on|with|for))"
    r"|解決(?:し(?:まし)?た|できました|出来ました|済み|です)|(?:うまく|上手く|無事|ちゃんと|正常に)[^。\n]{0,20}(?:(?:い|行)きました|(?:い|行)けました|でき(?:まし)?た|出来(?:まし)?た|動(?:きまし|い)た|通りました)"
    r"|(?:でき|出来)ました(?!ら)|(?:動き|動作し|通り|直り|治り|いけ|行け|成功し)ました(?!が|けど|ら)|動いた(?!けど|が)|直った|(?:分|わ|解|判)かりました[!！。]?(?:ありがと|$)|(?:理解|納得)(?:し|でき)(?:まし)?た|腑に落ち|疑問が(?:解け|晴れ|氷解)|すっきり|スッキリ",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_YET = re.compile(
    r"\bthanks?(?: you)?(?: \w+)? any ?ways?\b|\bthanks? for (?:trying|the (?:try|effort|attempt))\b|\b(?:anyways?),? thanks?\b"
    r"|\b(?:still|but (?:now )?(?:it|i|that|this|the)|but (?:unfortunately|sadly|no)|unfortunately|alas|however)\b[^.!?\n]{0,60}\b(?:not|n'?t|cannot|no|fail\w*|errors?|broken|same|stuck|wrong|crash\w*|issues?|problems?|doesnt|dont|cant|confus\w+)\b"
    r"|\bstill (?:fail\w*|get\w*|the same|an? |see\w*|have|having|not|no|broken|happen\w*|crash\w*|confus\w+|stuck|throws?)"
    r"|\b(?:did|does|do|is|was|has|have|could|would|ca|wo)(?:n'?t| not) (?:really |quite |seem to |actually |yet )*(?:work\w*|help\w*|fix\w*|solve\w*|compile\w*|run)\b|\bnot (?:working|solved|fixed|resolved|quite)\b|\bno luck\b|\bsame (?:error|problem|issue|result|thing)\b|\bwithout (?:success|luck)\b"
    r"|(?:まだ|やはり|やっぱり|相変わらず|依然|残念ながら|それでも|同じ)[^。\n]{0,40}(?:ない|ません|エラー|失敗|だめ|ダメ|駄目|症状|状態|まま|ず|ぬ)|(?:うまく|上手く)(?:い|行)(?:か(?:な|ず)|きません)|(?:解決|理解)(?:でき|出来|し|には|は|に至)(?:ません|ない|てい?ま?せん|てい?ない|いた(?:り|って)|ず)|(?:解決|理解)[^。\n]{0,10}(?:ません|ない|おらず|いません)|ダメでした|だめでした|駄目でした|無理でした|(?:でき|動き|通り|直り|出来)ませんでした"
    r"|(?:ありがと|感謝)[^。\n]{0,14}(?:ます|した|う)(?:が|けど|けれど)|とりあえず(?:は)?(?:自分で|諦め|保留|様子)|(?:一旦|いったん)[^。\n]{0,12}(?:ありがと|保留|諦め|閉じ)|諦め(?:ます|ました)",
    re.IGNORECASE,
)
_ONLY_TALK = re.compile(  # "how it works", "if I get it working", "it works with the other one" report no success
    r"\b(?:how|why|whether|if|once|until|unless|hope(?:fully)?|manage to|able to|trying to|want to|need to) (?:\w+ ){0,4}?"
    r"(?:it |this |that )?(?:work(?:s|ed|ing)?|fix(?:ed)?|solved?|help(?:s|ed)?)\b|\bworks (?:with|for|like|by|if|when|in|on|up)\b",
    re.IGNORECASE,
)
_SHORT = 160  # characters; without a word of thanks, a longer message tells another story
_LOOKED_AT = 1500  # characters at each end: thanks stand at the beginning or at the end


def says_thanks(text: str) -> bool:
    """Say whether a message thanks for something that was of use, whether or not it says that something is solved."""
    said = _said(_bare(text))
    return bool(_THANKS.search(said)) and not _NOT_YET.search(said)


def read_thanks(text: str) -> Thanks:
    """Read what a message says about an answer. Thanks in advance, よろしくお願いします and "no thanks" are none."""
    bare = _bare(text)
    said = _said(bare)
    thanks = bool(_THANKS.search(said))
    if not thanks and len(bare) > _SHORT:
        return Thanks.NONE
    if _NOT_YET.search(said):
        return Thanks.UNSOLVED if thanks else Thanks.NONE
    if _SOLVED.search(_ONLY_TALK.sub(" ", said)):
        return Thanks.SOLVED
    return Thanks.THANKS if thanks else Thanks.NONE


def _bare(text: str) -> str:
    bare = shape(text).bare
    return f"{bare[:_LOOKED_AT]}\n{bare[-_LOOKED_AT:]}" if len(bare) > 2 * _LOOKED_AT else bare


def _said(bare: str) -> str:
    return _REFUSED.sub(" ", _AHEAD.sub(" ", bare))

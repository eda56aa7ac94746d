"""``/community audit``: who changed what, newest first, of one member or kind where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chat.answers import Answer, Redraw, Say, Suggest
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed, OptionTyped
from chat.text import Bold, Code, RichText, Span, join, rich
from community.settings.knob_list import of_key
from community.settings.knobs import Knob
from handlers.audit.sentences import sentence
from handlers.audit.subjects import mention_in
from handlers.audit.undoing import UNDONE, undo_button
from handlers.audit.value_words import FOR_THE_UNDO, in_words
from handlers.context import Context
from handlers.knob_words import value_in, workspace_in
from handlers.public import shortened
from handlers.readers import Reader, arguments, note, number, read_user, reader, zone_of
from handlers.routes import Undo
from locales import Translator
from storage.audit import Deed, StoredDeed

REFUSED = "access.refused"  # what nobody did is shown only where it is asked for
PAGE = 8
WHOLE = 700  # characters of a value on the card of one deed
AUDIT = SubCommand(
    name="audit",
    description=Localised(en="Who changed what, and undoing it", ja="だれが何を変えたかの記録と、その取り消し"),
    options=(
        CommandOption(
            name="member", description=Localised(en="Of one member only", ja="このメンバーに関するものだけ"),
            kind=OptionKind.MEMBER,
        ),
        CommandOption(
            name="deed", description=Localised(en="Of one kind only", ja="この種類のものだけ"), completes=True,
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looking:
    """Which part of the record is looked at."""

    page: int = 0
    member: int | None = None
    deed: str = ""

    def action(self, page: int) -> str:
        """Return the action that shows another page of the same."""
        return f"audit_page:{page}:{self.member or ''}:{self.deed}"


class Record:
    """The record of deeds, with what the features know of theirs."""

    def __init__(self, deeds: Mapping[str, str], undoes: Mapping[str, Undo]) -> None:
        self._deeds = deeds
        self._undoes = undoes

    async def show(self, ctx: Context, event: CommandUsed) -> Answer:
        """Show the newest deeds, of whom and which was asked for."""
        who = await reader(ctx, event)
        typed, deed = event.options.get("member", "").strip(), event.options.get("deed", "").strip().lower()
        member = None
        if typed:
            user = read_user(typed, event.workspace)
            found = await ctx.db.people.by_user(user) if user else None
            if found is None:
                said = who.t("I do not know {name} here. Choose a member, like `@aki`.", name=typed[:60])
                return note(said, Accent.WARM)
            member = found.id
        if deed and not any(kind == deed or kind.startswith(f"{deed}.") for kind in self._deeds):
            kinds = ", ".join(sorted({kind.partition(".")[0] for kind in self._deeds}))
            said = who.t("There is no kind {name}. There are: {kinds}", name=Code(deed[:60]), kinds=kinds)
            return note(said, Accent.WARM)
        return Say(await self._card(ctx, who, Looking(0, member, deed)))

    async def turn(self, ctx: Context, event: ActionPressed) -> Answer:
        """Show another page."""
        who = await reader(ctx, event)
        words = [*arguments(event), "", "", ""]
        page, member = number(words, 0) or 0, number(words, 1)
        deed = words[2] if words[2] in self._known() else ""
        return Redraw(await self._card(ctx, who, Looking(min(page, 10_000), member, deed)))

    async def pick(self, ctx: Context, event: ActionPressed) -> Answer:
        """Show one deed whole, with its undo."""
        who = await reader(ctx, event)
        deed_id = number([*event.values, ""], 0)
        deed = await ctx.db.audit.get(deed_id) if deed_id is not None else None
        if deed is None:
            return note(who.t("This is no longer in the records."), Accent.WARM)
        return Redraw(await self._one(ctx, who, deed))

    async def complete(self, ctx: Context, typed: OptionTyped) -> Suggest:
        """Propose kinds of deeds while one is typed."""
        wanted = typed.typed.strip().lower()
        found = [kind for kind in sorted(self._known()) if wanted in kind][:25]
        return Suggest(tuple(Option(kind, shortened(f"{kind}: {_plainly(self._deeds, kind, ctx.t)}", 75))
                             for kind in found))  # fmt: skip

    def _known(self) -> set[str]:
        return {*self._deeds, *(kind.partition(".")[0] for kind in self._deeds)}

    async def _card(self, ctx: Context, who: Reader, looking: Looking) -> Card:
        t = who.t
        without = () if looking.deed else (REFUSED,)
        found = await ctx.db.audit.page(
            limit=PAGE + 1, offset=looking.page * PAGE, member=looking.member, deed=looking.deed, without=without
        )
        deeds = found[:PAGE]
        parts: list[Part] = [Title(t.line("Who changed what"))]
        if of := await self._filter(ctx, who, looking):
            parts.append(Footnote(of))
        if not deeds:
            return Card(parts=(*parts, Text(t("There is nothing here yet."))))
        lines = [await self._line(ctx, who, deed) for deed in deeds]
        parts.append(Text(join("\n", lines)))
        options = tuple(Option(str(deed.id), self._label(deed, line)) for deed, line in zip(deeds, lines, strict=True))
        parts.append(Select(action="audit_pick", placeholder=t.line("Look closer, or undo…"), options=options))
        buttons = []
        if looking.page:
            buttons.append(Button(looking.action(looking.page - 1), t.line("Newer")))
        if len(found) > PAGE:
            buttons.append(Button(looking.action(looking.page + 1), t.line("Older")))
        if buttons:
            parts.append(Buttons(tuple(buttons)))
        return Card(parts=tuple(parts))

    def _label(self, deed: StoredDeed, line: RichText) -> str:
        mark = "↩ " if deed.what.deed in self._undoes and deed.undone_at is None else ""
        return shortened(f"{mark}{line.plain().removeprefix('• ')}", 75)

    async def _filter(self, ctx: Context, who: Reader, looking: Looking) -> RichText | None:
        by = await mention_in(ctx, looking.member, who)
        kind = Code(looking.deed)
        if by is not None and looking.deed:
            return who.t("Only what {member} did or what was done to them, of the kind {kind}.", member=by, kind=kind)
        if by is not None:
            return who.t("Only what {member} did or what was done to them.", member=by)
        return who.t("Only of the kind {kind}.", kind=kind) if looking.deed else None

    async def _line(self, ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
        zone = zone_of(who.member, who.account, ctx.config)
        at = who.t.moment(deed.what.at, zone, now=ctx.now)
        said = rich("• ", at, "  ", await sentence(ctx, who, deed, self._deeds))
        if deed.undone_at is not None:
            said = rich(said, " ", await self._undone(ctx, who, deed))
        return said

    async def _undone(self, ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
        by = await mention_in(ctx, deed.undone_by, who)
        return who.t("(undone by {who})", who=by) if by else who.t("(undone)")

    async def _one(self, ctx: Context, who: Reader, deed: StoredDeed) -> Card:
        t, what = who.t, deed.what
        parts: list[Part] = [Text(await self._line(ctx, who, deed))]
        knob = of_key(what.subject)
        for label, held in ((t.line("Before"), what.before), (t.line("After"), what.after)):
            if held is not None and what.deed not in FOR_THE_UNDO:
                parts.append(Text(rich(Bold(label), "  ", await _whole(ctx, who, what, knob, held))))
        if what.reason and what.deed != UNDONE and knob is None:
            reason = shortened(in_words(what.deed, what.reason, t), WHOLE)
            parts.append(Text(rich(Bold(t.line("Reason")), "  ", reason)))
        back = Button("audit_page:0::", t.line("Back to the list"))
        if deed.undone_at is not None or what.deed == UNDONE:
            return Card(parts=(*parts, Buttons((back,))))
        if what.deed in self._undoes:
            return Card(parts=(*parts, Buttons((undo_button(t, deed.id), back))))
        return Card(parts=(*parts, Footnote(t("This cannot be undone.")), Buttons((back,))))


async def _whole(ctx: Context, who: Reader, what: Deed, knob: Knob | None, held: str) -> Span:
    if knob is not None:
        return await value_in(ctx, knob, held, workspace_in(what.subject) or what.workspace, who.t, most=WHOLE)
    said = in_words(what.deed, held, who.t)
    kept = shortened(said, WHOLE).replace("\n", " ") or "–"
    return Code(kept) if said == held else kept


def _plainly(deeds: Mapping[str, str], kind: str, t: Translator) -> str:
    """Return what a kind of deed is, without who and what."""
    if kind not in deeds:
        return t.line("all of them")
    blank = dict.fromkeys(("who", "member", "subject", "before", "after", "reason", "deed", "undone"), "…")
    return t.line(deeds[kind], **blank)

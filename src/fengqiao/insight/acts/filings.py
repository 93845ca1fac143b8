"""Acts on filings (报表): drafted, signed by whom the approvals table names, from then on frozen, sent."""

import uuid
import zlib
from datetime import date, timedelta

from fengqiao.core import access, approvals, clock, documents, figures
from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as signing
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules.periods import Period
from fengqiao.core.spine import act, record
from fengqiao.insight import policies, queries
from fengqiao.insight.models import Evidence, Filing
from fengqiao.insight.rules.states import KINDS, STATES, may_move

PERSONAL = {"地点": "place_text", "事由": "title", "当事人": "name_masked"}  # columns of a register that hold personal data
KEPT_FOR = timedelta(days=3 * 365)


def _move(filing: Filing, to: str) -> None:
    if not may_move(filing.state, to):
        raise Refused(f"报表{STATES[filing.state]}，不能转为{STATES[to]}。")
    filing.state = to
    filing.version += 1


def _record(actor: Actor, filing: Filing, how: str, **facts: object) -> None:
    days = {"first": filing.first.isoformat(), "last": filing.last.isoformat()}
    record(
        actor, about=filing.id, subjects=[("filing", filing.id, how), ("form", filing.form_id, "of")], org_id=filing.org_id,
        facts={"form": str(filing.form_id), "state": filing.state, "sha256": filing.sha256, **days, **facts},
    )  # fmt: skip


@act("起草报表")
def draft(actor: Actor, *, form_id: uuid.UUID, org_id: int, first: date, last: date) -> uuid.UUID:
    """Fill a form with the figures of an organisation (and those below it) for the days first–last; returns the filing's id.

    The figures are frozen with the file as they stand now; a draft of the same days is replaced.
    Errors: NotThere, Invalid with the days, Refused when the same days wait for a signature.
    """
    policies.may_draft(actor)
    form = queries.form_for_update(actor, form_id)
    if form.ended_at is not None:
        raise Refused("样表已停用，请换用在用的样表。")
    try:
        period = Period(first, last, clock.now())
    except ValueError as error:
        raise Invalid({"first": str(error)}) from error
    if first > clock.today():
        raise Invalid({"first": "报告期还没有开始。"})
    queries.may_count(actor, org_id)
    shown = {PERSONAL[text.rsplit(".", 1)[-1]] for _, text in form.marks if text.rsplit(".", 1)[-1] in PERSONAL}
    if shown:
        access.opened(actor, "export", form.id, f"制作{KINDS[form.kind]}", sorted(shown), action="export")
    made = queries.filled(actor, form, org_id, period)
    for old in Filing.objects.select_for_update(no_key=True).filter(form=form, org_id=org_id, first=first, last=last, state__in=["draft", "asked"]):
        if old.state == "asked":
            raise Refused("同一报告期的报表正等待签发，请先撤回或等签发后再起草。")
        void(actor, filing_id=old.id)
    filing_id = uuid7()
    held = documents.store(
        actor, about=filing_id, name=f"{form.name}（{period.words}）.{form.suffix}", data=made.data, purpose="filing", org_id=org_id,
        retain_until=clock.today() + KEPT_FOR,
    )  # fmt: skip
    filing = Filing(
        id=filing_id, org_id=org_id, created_at=clock.now(), form=form, orgs=made.org_ids, first=first, last=last,
        as_of=period.as_of, state="draft", document_id=held.id, sha256=held.sha256, cells=made.cells, drafted_by_id=actor.account_id,
    )  # fmt: skip
    filing.save(force_insert=True)
    read = {place: [row.line for row in rows] for place, rows in made.read.items()}
    Evidence.objects.bulk_create(
        Evidence(
            org_id=org_id, filing=filing, figure=key, shift=shift, grouped=grouped, digest=figures.digest(lines), size=len(lines),
            lines=zlib.compress("\n".join(lines).encode(), 1),
        )
        for (key, shift, grouped), lines in read.items()
    )  # fmt: skip
    _record(actor, filing, "new", cells=len(filing.cells), figures=len(made.read), as_of=period.as_of.isoformat())
    return filing_id


@act("提请签发报表")
def ask(actor: Actor, *, filing_id: uuid.UUID) -> uuid.UUID:
    """Ask for the signature; returns the approval's id. Who signs is the approvals table's (`report`)."""
    policies.may_draft(actor)
    filing = queries.filing_for_update(actor, filing_id)
    _move(filing, "asked")
    filing.approval_id = signing.ask(
        actor, kind="report", about=filing.id, subject=("filing", filing.id), org_id=filing.org_id, change={"sha256": filing.sha256},
        text=f"{filing.form.name} {queries.days(filing)}", url=f"/figures/filings/{filing.id}/",
    )  # fmt: skip
    filing.save(update_fields=["state", "version", "approval_id"])
    _record(actor, filing, "asked")
    return filing.approval_id


def decided(actor: Actor, told: approvals.Decided) -> None:
    """Registered with `core.approvals`: what was signed is frozen, what was not goes back to its draft."""
    if told.granted:
        freeze(actor, filing_id=told.subject[1], by=told.by, sha256=told.change["sha256"])
    else:
        take_back(actor, filing_id=told.subject[1])


@act("签发报表")
def freeze(actor: Actor, *, filing_id: uuid.UUID, by: int, sha256: str) -> None:
    """It was signed: file and figures stay as they are from now on (the database refuses to change them).

    by      account that signed
    sha256  of the file that was signed; Refused when the filing holds another
    """
    filing = queries.filing_for_update(actor, filing_id)
    if filing.sha256 != sha256:
        raise Refused("签发的文件与现在的报表不是同一份，请重新提请签发。")
    _move(filing, "frozen")
    filing.frozen_at, filing.signed_by_id = clock.now(), by
    filing.save(update_fields=["state", "version", "frozen_at", "signed_by"])
    _record(actor, filing, "signed", by=by)


@act("报表退回起草")
def take_back(actor: Actor, *, filing_id: uuid.UUID) -> None:
    """The signature was refused, or is no longer asked for."""
    filing = queries.filing_for_update(actor, filing_id)
    _move(filing, "draft")
    filing.approval_id = None
    filing.save(update_fields=["state", "version", "approval_id"])
    _record(actor, filing, "taken back")


@act("报送报表")
def send(actor: Actor, *, filing_id: uuid.UUID, to: str) -> None:
    """Mark that the signed file was sent, and to which office."""
    policies.may_send(actor)
    filing = queries.filing_for_update(actor, filing_id)
    to = to.strip()
    if not to or len(to) > 100:
        raise Invalid({"to": "请填写报送给哪个单位，不超过 100 字。"})
    _move(filing, "sent")
    filing.sent_at, filing.sent_to, filing.sent_by_id = clock.now(), to, actor.account_id
    filing.save(update_fields=["state", "version", "sent_at", "sent_to", "sent_by"])
    _record(actor, filing, "sent", to=to)


@act("作废报表草稿")
def void(actor: Actor, *, filing_id: uuid.UUID) -> None:
    """A draft that is not needed; a question for its signature lapses."""
    policies.may_draft(actor)
    filing = queries.filing_for_update(actor, filing_id)
    if filing.state == "asked" and filing.approval_id:
        signing.lapse(actor, approval_id=filing.approval_id, why="void")
    _move(filing, "void")
    filing.save(update_fields=["state", "version"])
    _record(actor, filing, "void")

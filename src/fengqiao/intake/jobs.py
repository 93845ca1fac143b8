"""Work after the act: index, fingerprint and match what was received; relearn; import files.

`index_and_match` is a listener: the worker hands it every sealed `receive`, `attach`, `amend`, `merge` … within a
fraction of a second after commit. It is idempotent: run twice, it leaves the same rows.
"""

import base64
import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Problem
from fengqiao.core.listeners import News
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of, system_actor
from fengqiao.engine import triage
from fengqiao.engine.matching import GROWN, Idf, Signal, profile
from fengqiao.engine.text import search_tokens
from fengqiao.intake import acts, importing, matching, queries
from fengqiao.intake.models import Judgement, LearnedModel, Matter, Party, Report, Suggestion
from fengqiao.intake.queries.lists import kind_name
from fengqiao.intake.queries.similar import learned_kinds, suggested_by
from fengqiao.intake.rules import SAME_SHOWN, UNDECIDED
from fengqiao.intake.tabular import Mapping

LEARN_FROM = 50_000  # newest reports whose words are counted
LISTENS = {
    "intake.receive", "intake.attach", "intake.amend", "intake.merge", "intake.unmerge", "intake.detach",
    "intake.edit", "intake.triage", "intake.move_to",
}  # fmt: skip


def index_and_match(actor: Actor, news: Sequence[News]) -> None:
    """Keep search index and fingerprints in step, suggest a kind, and find what may be the same quarrel."""
    matters = {uuid.UUID(i) for one in news for kind, i, _ in one.subjects if kind == "matter"} | {
        one.about for one in news
    }
    reports = [
        uuid.UUID(i)
        for one in news
        for kind, i, role in one.subjects
        if kind == "report" and role in ("new", "changed")
    ]
    index(matters)
    placed = [one.about for one in news if one.act == "intake.triage" and "located" in one.facts]
    if placed:
        matching.keep_fingerprints(_told(list(Report.objects.filter(matter_id__in=placed).values_list("id", flat=True))))
    if reports:
        _count_early()
    told = _told(reports)
    matching.keep_fingerprints(told)
    live = [(report, signal) for report, signal in told if not report.history]
    _suggest_kinds([report for report, _ in live])
    _suggest_same([(report, signal) for report, signal in live if report.matter.state in UNDECIDED])


def _told(report_ids: Sequence[uuid.UUID]) -> list[tuple[Report, Signal]]:
    """Reports as the engine compares them, newest first: of two that pair in one batch the newer one is to be decided."""
    rows = Report.objects.filter(id__in=report_ids).select_related("matter").order_by("-received_at", "-id")
    parties = matching.parties_of(report_ids)
    return [(row, matching.signal_of(row, parties.get(row.id, []), row.matter.kind)) for row in rows]


def index(matter_ids: set[uuid.UUID]) -> None:
    """Bring the search index of these matters in step with number, title, place, kind and party names."""
    names: dict[uuid.UUID, list[str]] = {}
    for matter_id, name in Party.objects.filter(matter_id__in=matter_ids).values_list("matter_id", "name"):
        names.setdefault(matter_id, []).append(name)
    rows = []
    for m in Matter.objects.filter(id__in=matter_ids):
        text = " ".join(
            [m.number, m.title, m.place_text, kind_name(m.kind) if m.kind else "", *names.get(m.id, [])]
        )
        rows.append((m.id, m.org_id, m.last_at, search_tokens(text)))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO intake_searchindex (matter_id, org_id, at, tokens) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (matter_id) DO UPDATE SET org_id = excluded.org_id, at = excluded.at, tokens = excluded.tokens",
            rows,
        )


def _count_early() -> None:
    """A young station does not wait for the night: its words are counted anew whenever it has grown by half."""
    counted = matching.idf().documents
    if counted < GROWN and Report.objects.values("id")[: 2 * GROWN].count() >= counted * 1.5 + 10:
        _count_words()


def _suggest_kinds(reports: Sequence[Report]) -> None:
    """Fill the kind of matters nobody has sorted yet; it stays marked 存疑 until a person confirms it."""
    of_kind: dict[str, list[uuid.UUID]] = {}
    model = learned_kinds()
    for report in reports:
        if not report.matter.kind:
            suggestion = suggested_by(model, f"{report.title} {report.text}"[:2000])
            if suggestion["code"] and not suggestion["unsure"]:
                of_kind.setdefault(str(suggestion["code"]), []).append(report.matter_id)
    for code, matters in of_kind.items():
        Matter.objects.filter(id__in=matters, kind="").update(kind=code, kind_unsure=True)


def _suggest_same(told: Sequence[tuple[Report, Signal]]) -> None:
    found: dict[tuple[uuid.UUID, uuid.UUID], Suggestion] = {}
    for report, signal in told:
        seen: set[uuid.UUID] = {report.matter_id}
        for one in matching.look_up(signal, limit=12):
            other = one.report
            if one.hit.score < SAME_SHOWN or other.matter_id in seen or other.history:
                continue
            seen.add(other.matter_id)
            if (other.matter_id, report.matter_id) not in found:
                suggestion = Suggestion(
                    matter_id=report.matter_id, other_id=other.matter_id, org_id=report.org_id, other_org_id=other.org_id,
                    score=one.hit.score, reasons=matching.reasons_of(one.hit),
                )  # fmt: skip
                found.setdefault((report.matter_id, other.matter_id), suggestion)
            if len(seen) > 5:
                break
    backwards = Suggestion.objects.filter(matter_id__in=[b for _, b in found], other_id__in=[a for a, _ in found])
    standing = set(backwards.values_list("other_id", "matter_id")) if found else set()  # seen from the other side before
    new = [suggestion for pair, suggestion in found.items() if pair not in standing]
    Suggestion.objects.bulk_create(new, ignore_conflicts=True)


def forget_words(actor: Actor, matter_id: uuid.UUID) -> None:
    """After an erasure: search index and fingerprints are made anew from what is left of the matter's texts.

    The learned type model holds plain words of texts, of which one may have been a name: it is dropped and learned
    anew by the next night's job.
    """
    index({matter_id})
    matching.keep_fingerprints(_told(list(Report.objects.filter(matter_id=matter_id).values_list("id", flat=True))))
    LearnedModel.objects.filter(kind="triage").delete()


def _count_words() -> int:
    idf = Idf()
    rows = Report.objects.order_by("-received_at").values_list("id", "title", "text", "place_text")[:LEARN_FROM]
    for id_, title, text, place in rows.iterator(chunk_size=2000):
        idf.add(profile(matching.Signal(id=id_, title=title, text=text, place_text=place)))
    _keep("idf", idf.documents, orjson.dumps(idf.to_dict()).decode())
    return idf.documents


def relearn() -> dict[str, int]:
    """Count words of the newest reports anew and learn the kinds users confirmed. Run daily and after an import."""
    actor = system_actor("学习")
    with scope(actor):
        documents = _count_words()
        examples = [
            (f"{title} {text}"[:2000], code)
            for title, text, code in Judgement.objects.filter(topic="kind", code__startswith="D")
            .order_by("-at")
            .values_list("report__title", "report__text", "code")[:20_000]
        ]
        kinds = {code for _, code in examples}
        if len(examples) >= 30 and len(kinds) > 1:
            _keep("triage", len(examples), base64.b64encode(triage.learn(examples).to_bytes()).decode())
        return {"documents": documents, "kinds": len(examples)}


def _keep(kind: str, examples: int, body: str) -> None:
    LearnedModel.objects.create(kind=kind, made_at=clock.now(), examples=examples, body=body)
    matching.learned_anew()
    old = LearnedModel.objects.filter(kind=kind, made_at__lt=clock.now() - timedelta(days=7))
    old.delete()


def import_file(
    path: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    org: str = "",
    as_history: bool = False,
    channel: str = "department",
    actor: Actor | None = None,
) -> dict[str, object]:
    """Import a file from the command line; returns what became of it. `org`: name of the receiving organisation."""
    actor = actor or importer(org)
    looked = importing.look(actor, path, path.name)
    run_id = acts.begin_import(
        actor, file_name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), history=as_history
    )
    acts.set_mapping(actor, run_id=run_id, mapping=looked.mapping.to_json(), history=as_history)
    importing.run(
        actor, run_id, path, path.name, looked.mapping, is_history=as_history, channel=channel, tell=progress
    )
    with scope(actor):
        return {
            "run": queries.import_run(actor, run_id),
            "refused": queries.refusals(actor, run_id),
            "columns": looked.columns,
        }


def importer(org: str) -> Actor:
    """The system actor receiving for an organisation (name or short name); the county's centre or bureau without one."""
    system = system_actor("导入")
    with scope(system):
        found = queries.organisation_named(org)
    return replace(system, org_id=found, station_id=found)


@app.task(name="intake.import_upload", queue="imports")
def import_upload(run_id: str, account_id: int, post_id: int, channel: str) -> None:
    """The job of an upload: runs as the one who uploaded it, then clears the file away.

    Repeatable: a run that has ended is left alone, one that was cut off goes on, and no line is doubled. Whatever
    breaks, the run does not stay at 导入中.
    """
    actor = actor_of(account_id, post_id)
    if actor is None:
        raise RuntimeError("导入人已没有有效岗位")
    with scope(actor):
        run = queries.import_run(actor, uuid.UUID(run_id))
    if run.state != "running":
        return

    def tell(done: int, total: int) -> None:
        with scope(actor):
            queries.tell_total(run.id, total)

    try:
        importing.run(
            actor, run.id, importing.upload(run.upload), run.file_name, Mapping.from_json(run.mapping),
            is_history=run.history, channel=channel, tell=tell,
        )  # fmt: skip
    except Exception as broken:
        said = broken.message if isinstance(broken, Problem) else "导入中断，已导入的行保留。请重新上传，已有的行不会重复。"
        acts.end_import(actor, run_id=run.id, rows_read=run.rows, error=said)
        importing.drop_upload(run.upload)
        raise
    importing.drop_upload(run.upload)


UPLOAD_KEPT = timedelta(days=2)


def clear_uploads() -> int:
    """Clear away uploads nobody went on with for two days; returns how many. Run nightly."""
    kept = Path(settings.FILES_DIR) / "imports"
    old = [f for f in kept.glob("*") if clock.now().timestamp() - f.stat().st_mtime > UPLOAD_KEPT.total_seconds()] if kept.is_dir() else []
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)

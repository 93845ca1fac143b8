"""Acts on forms (样表): keep one, end one. What is wrong with a form is said, cell by cell, before anything is kept."""

import hashlib
import uuid

from fengqiao.core import clock, documents
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.insight import policies, queries
from fengqiao.insight.models import Form
from fengqiao.insight.rules.states import KINDS

TOLD = 12  # wrong cells named at once


@act("登记报表样表")
def keep_form(actor: Actor, *, name: str, kind: str, file_name: str, data: bytes) -> uuid.UUID:
    """Keep an empty .xlsx or .docx with marked cells; returns its id.

    kind  key of rules.states.KINDS
    Errors: Invalid, naming every cell whose mark is not known, with its address.
    """
    policies.may_keep(actor)
    name = name.strip()
    wrong = {}
    if not name or len(name) > 80:
        wrong["name"] = "请填写样表名称，不超过 80 字。"
    if kind not in KINDS:
        wrong["kind"] = "请选择样表种类。"
    if name and Form.objects.filter(org_id=actor.station_id, name=name, ended_at=None).exists():
        wrong["name"] = "已有同名样表，请改名，或先停用原样表。"
    looked = queries.look(actor, file_name, data)
    if looked.wrong:
        more = f"等 {len(looked.wrong)} 处" if len(looked.wrong) > TOLD else ""
        wrong["file"] = "；".join(one.words.rstrip("。") for one in looked.wrong[:TOLD]) + more + "。改好后再传。"
    elif looked.lost:
        wrong["file"] = f"样表里有{'、'.join(looked.lost)}，填报时会丢失。请在空表中删去，填好后再加。"
    elif not looked.found:
        wrong["file"] = "样表里没有标记，请在要填的格里写上标记，如 {{ 新增 }}。"
    if wrong:
        raise Invalid(wrong)
    form_id = uuid7()
    held = documents.store(actor, about=form_id, name=file_name, data=data, purpose="form", org_id=actor.station_id)
    form = Form(
        id=form_id, org_id=actor.station_id, created_at=clock.now(), name=name, kind=kind, suffix=file_name.rsplit(".", 1)[-1].lower(),
        document_id=held.id, sha256=hashlib.sha256(data).hexdigest(), kept_by_id=actor.account_id,
        marks=[[one.at, one.mark.text] for one in looked.found],
    )  # fmt: skip
    form.save(force_insert=True)
    record(
        actor, about=form_id, subjects=[("form", form_id, "new"), ("document", held.id, "of")], org_id=form.org_id,
        facts={"kind": kind, "suffix": form.suffix, "marks": len(form.marks), "sheets": looked.sheets, "sha256": form.sha256},
    )  # fmt: skip
    return form_id


@act("加入自带样表")
def keep_examples(actor: Actor) -> list[uuid.UUID]:
    """Keep the product's own example forms, those the unit does not have yet; returns their ids."""
    from fengqiao.insight import examples  # brings the libraries that write forms

    policies.may_keep(actor)
    there = set(Form.objects.filter(org_id=actor.station_id, ended_at=None).values_list("name", flat=True))
    made = [
        keep_form(actor, name=one.name, kind=one.kind, file_name=one.file_name, data=one.data)
        for one in examples.every()
        if one.name not in there
    ]
    about = made[0] if made else uuid7()
    record(actor, about=about, subjects=[("form", one, "new") for one in made], facts={"forms": len(made)}, org_id=actor.station_id)
    return made


@act("停用报表样表")
def end_form(actor: Actor, *, form_id: uuid.UUID) -> None:
    """It is used no more; what was filled into it stays."""
    policies.may_keep(actor)
    form = queries.form_for_update(actor, form_id)
    form.ended_at = clock.now()
    form.version += 1
    form.save(update_fields=["ended_at", "version"])
    record(actor, about=form.id, subjects=[("form", form.id, "ended")], facts={"kind": form.kind}, org_id=form.org_id)

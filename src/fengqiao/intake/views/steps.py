"""What can be done with a matter: where it stands, what comes next, and each step's form and act.

A step is one line of STEPS: its words, its form, the one act it calls. `next_of` and `others_of` say which are offered
to whom, and why not; the acts decide again.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Invalid, NotThere, Stale
from fengqiao.core.forms import blame
from fengqiao.core.web import Request, made, once
from fengqiao.intake import acts, forms, policies, ports, queries
from fengqiao.intake.queries import MatterPage
from fengqiao.intake.rules import not_closed_yet


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `run(actor, matter id, cleaned values)` calls the act; `done` is said when it was, unless `run` answers
    with words of its own.

    may: the act's own policy, asked before the form is shown, so that nobody fills in what will be refused.
    """

    title: str
    form: type[forms.StepForm]
    run: Callable[[Actor, uuid.UUID, dict[str, Any]], Any]
    done: str
    act: str = ""  # the button's word, when it is not the title
    lead: str = ""
    may: Callable[[Actor], None] = policies.may_decide


def _merge(actor: Actor, matter_id: uuid.UUID, given: dict[str, Any]) -> None:
    try:
        other = queries.by_number(actor, given["number"])
    except NotThere as error:
        raise Invalid({"number": error.message}) from error
    acts.merge(actor, survivor_id=other, joined_id=matter_id, again=given["again"])


def _edit(actor: Actor, matter_id: uuid.UUID, given: dict[str, Any]) -> None:
    acts.edit(actor, matter_id=matter_id, version=given["version"], values={k: given[k] for k in ("title", "place_text")})


def _sees(actor: Actor) -> None:
    """Whoever sees the matter may write a note on it."""


def _triage(actor: Actor, matter_id: uuid.UUID, given: dict[str, Any]) -> None:
    acts.triage(actor, matter_id=matter_id, **{name: given[name] for name in ("kind", "police", "owner_id", "unsure", "place")})


STEPS: dict[str, Step] = {
    "triage": Step("分流", forms.TriageForm, _triage, "已分流。"),
    "note": Step("记录", forms.NoteForm, lambda a, m, v: acts.note(a, matter_id=m, **v), "已记录。", may=_sees),
    "settle": Step("登记化解", forms.SettleForm, lambda a, m, v: acts.settle(a, matter_id=m, **v), "已登记化解，下一步回访。", may=policies.may_settle),
    "revisit": Step("登记回访", forms.RevisitForm, lambda a, m, v: acts.revisit(a, matter_id=m, **v), "已登记回访。",
                    lead="选“反弹”即重新办理；“稳定”后方可结案。", may=policies.may_revisit),
    "close": Step("结案", forms.CloseForm, lambda a, m, v: acts.close(a, matter_id=m, **v), "已结案。"),
    "reopen": Step("反弹重开", forms.ReopenForm, lambda a, m, v: acts.reopen(a, matter_id=m, **v), "已重新办理。"),
    "case": Step("登记受案", forms.CaseForm, lambda a, m, v: acts.accept_case(a, matter_id=m, **v), "已登记案件编号，可打印受案回执。"),
    "elsewhere": Step("告知去处", forms.ElsewhereForm, lambda a, m, v: acts.tell(a, matter_id=m, where=v["where"], written=bool(v["written"])), "已登记告知。",
                      lead="不属公安职责的，当场告知向哪里反映；书面告知的，按审批表经所领导同意后打印告知书。依据：程序规定第六十一条第一款第三项。"),
    "hand-over": Step("流转", forms.HandOverForm, lambda a, m, v: acts.pass_on(a, matter_id=m, **v).said, "已发出，待对方签收。",
                      lead="对方接收前，事项仍由本单位负责；退回即回到本单位。移送须在接报后二十四小时内，并按审批表经所领导同意。"),
    "edit": Step("修改", forms.EditForm, _edit, "已修改。", act="保存", may=policies.may_edit),
    "merge": Step("归并到另一事项", forms.MergeForm, _merge, "已归并。", act="归并", lead="本事项并入所填编号的事项；归并可以撤销。"),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def step(request: Request, matter_id: uuid.UUID, name: str) -> HttpResponse:
    """The form of one step, and the step itself."""
    actor: Actor = request.actor
    if name not in STEPS:
        raise NotThere
    chosen = STEPS[name]
    page = queries.matter_page(actor, matter_id)
    chosen.may(actor)
    around: dict[str, Any] = {"actor": actor, "page": page}
    if name == "triage":
        around["owners"] = queries.owners(actor, page)
        around["bounds"] = queries.county(actor)
        around["suggestion"] = queries.type_suggestion(" ".join(source.text or source.title for source in page.sources)[:2000])
    if name == "hand-over":
        around["receivers"] = queries.receivers(actor)
    if name == "edit" and request.method == "GET":
        around["editable"] = queries.editable(actor, matter_id)
    form = chosen.form(request.POST if request.method == "POST" else None, around=around)
    if request.method == "POST":
        if once(request):
            return redirect("intake:matter", matter_id)
        if form.is_valid():
            try:
                said = chosen.run(actor, matter_id, form.cleaned_data)
            except Invalid as error:
                blame(form, error)
            except Stale as error:
                return _overtaken(request, matter_id, error)
            else:
                made(request, {"matter": str(matter_id)})
                messages.success(request, said if isinstance(said, str) else chosen.done)
                return redirect("intake:matter", matter_id)
    context = {"step": chosen, "form": form, "page": page, "name": name}
    return render(request, "intake/step.html", context, status=422 if form.errors else 200)


def _overtaken(request: Request, matter_id: uuid.UUID, error: Stale) -> HttpResponse:
    """Both versions, under the fields' Chinese names; nothing of either is lost."""
    labels = {"title": "事由", "place_text": "地点"}
    context = {
        "message": error.message,
        "theirs": {labels.get(k, k): v for k, v in error.theirs.items()},
        "mine": {labels.get(k, k): v for k, v in error.mine.items()},
        "back_url": reverse("intake:step", args=[matter_id, "edit"]),
    }
    return render(request, "409.html", context, status=409)


@require_POST
def take_over(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """接手: one key."""
    acts.take_over(request.actor, matter_id=matter_id)
    messages.success(request, "已接手。")
    return redirect("intake:matter", matter_id)


@require_POST
def open_trade(request: Request, matter_id: uuid.UUID, kind: str) -> HttpResponse:
    """Let a trade open its record on the matter (开始调解 …) and go there."""
    actor: Actor = request.actor
    if kind not in ports.offers():
        raise NotThere
    queries.matter_page(actor, matter_id)
    opened = ports.open_on(actor, kind, matter_id, {})
    there = next((one.url for one in ports.opened_on(actor, matter_id) if one.id == opened), "")
    return redirect(there or reverse("intake:matter", args=[matter_id]))


@require_POST
def detach(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """移出: the report becomes a matter of its own."""
    matter_id = acts.detach(request.actor, report_id=report_id)
    messages.success(request, "已移出为另一事项。")
    return redirect("intake:matter", matter_id)


@require_POST
def mark_again(request: Request, report_id: uuid.UUID) -> HttpResponse:
    """标记为再次发生."""
    actor: Actor = request.actor
    acts.mark_again(actor, report_id=report_id)
    messages.success(request, "已单独算作一次发生。")
    return redirect("intake:matter", queries.receipt_page(actor, report_id).matter_id)


@require_POST
def unmerge(request: Request, join_id: uuid.UUID) -> HttpResponse:
    """撤销归并."""
    matter_id = acts.unmerge(request.actor, join_id=join_id)
    messages.success(request, "已撤销归并。")
    return redirect("intake:matter", matter_id)


# --- where it stands, what next ----------------------------------------------------------------------------------------

BAR = ("受理", "分流", "办理", "化解", "回访", "结案")
AT = {"waiting": 1, "open": 2, "handed": 2, "settled": 4, "closed": 6, "told": 6, "merged": 1}
DATED = {"intake.triage": 1, "intake.settle": 3, "intake.revisit": 4, "intake.close": 5, "intake.tell_elsewhere": 5}


def bar(page: MatterPage) -> list[dict[str, Any]]:
    """The state bar 受理 → 分流 → 办理 → 化解 → 回访 → 结案."""
    done = AT[page.state]
    dates = {DATED[line.act]: line.at for line in reversed(page.timeline) if line.act in DATED}
    dates[0] = page.sources[0].received_at if page.sources else page.first_at
    notes = {2: "已流转，待对方办理"} if page.state == "handed" else {5: "已告知去处"} if page.state == "told" else {}
    skipped = {2, 3, 4} if page.state == "told" else set() if page.kind.startswith("D") or not page.kind else {4}
    return [
        {
            "label": label,
            "state": "skipped" if i in skipped else "done" if i < done else "now" if i == done else "ahead",
            "at": dates.get(i) if i < done else None,
            "note": notes.get(i, ""),
        }
        for i, label in enumerate(BAR)
    ]


def _to(page: MatterPage, name: str) -> str:
    return reverse("intake:step", args=[page.id, name])


def _offer(page: MatterPage, name: str, *, allowed: bool = True, reason: str = "", note: str = "", label: str = "") -> dict[str, Any]:
    return {
        "label": label or STEPS[name].title, "url": _to(page, name), "method": "get", "allowed": allowed, "reason": reason, "note": note,
    }  # fmt: skip


def next_of(actor: Actor, page: MatterPage) -> dict[str, Any] | None:
    """下一步: one primary act by state and role, or the reason why not."""
    decides = actor.has(*policies.DECIDES)
    works = decides or actor.has(Role.MEDIATOR)
    if page.state == "merged":
        return {"label": "打开归并后的事项", "url": reverse("intake:matter", args=[page.merged_into]), "method": "get", "allowed": True}
    if not page.own:
        return {"label": "办理", "allowed": False, "reason": f"事项由{page.org}主办，本单位可以查看和记录。"}
    if page.state == "waiting":
        return _offer(page, "triage", allowed=decides, reason="由民警、所领导或综合指挥室分流。")
    if page.state == "handed":
        return {"label": "办理", "allowed": False, "reason": "已流转，待对方签收、办理；对方退回后在本单位继续。"}
    if page.state in ("closed", "told"):
        return _offer(page, "reopen", allowed=decides, reason="由民警、所领导或综合指挥室重新办理。")
    if (leader := next((one for one in page.opened if one.leads), None)) and page.state in ("open", "settled"):
        return {"label": f"办理 {leader.number}", "url": leader.url, "method": "get", "allowed": True, "note": leader.state}
    if page.state == "settled":
        results = queries.revisits(page.id, page.settled_at)
        if page.kind.startswith("D") and not_closed_yet(results, leader=actor.has(Role.LEADER)):
            return _offer(page, "revisit", allowed=actor.is_police or works, reason="由民警或调解员回访。")
        return _offer(page, "close", allowed=decides, reason="由民警、所领导或综合指挥室结案。")
    if not page.owner_id and works:
        return {"label": "接手", "url": reverse("intake:take-over", args=[page.id]), "method": "post", "allowed": True,
                "note": "还没有主办人"}  # fmt: skip
    if page.kind.startswith("D") and not page.opened and works:
        for kind, title in page.offers.items():
            return {"label": title, "url": reverse("intake:open", args=[page.id, kind]), "method": "post", "allowed": True}
    if page.kind and not page.kind.startswith("D"):
        return _offer(page, "close", allowed=decides, reason="由民警、所领导或综合指挥室结案。")
    return _offer(page, "settle", allowed=works, reason="由民警或调解员登记。")


def others_of(actor: Actor, page: MatterPage, taken: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Everything else that can be done now by this post."""
    offers: list[dict[str, Any]] = []
    decides = actor.has(*policies.DECIDES)
    live = page.own and page.state in ("waiting", "open", "settled", "handed")
    if decides and live:
        names = ["triage"] if page.state != "handed" else []
        names += ["hand-over", "elsewhere"] if page.state in ("waiting", "open") else []
        if not any(one.leads for one in page.opened):  # a living dispute settles and closes it
            names += ["settle"] if page.state == "open" else []
            names += ["revisit", "reopen"] if page.state == "settled" else []
        names += ["case"] if not page.case_number else []
        names += ["merge"]
        offers += [_offer(page, name, label={"triage": "改分流", "case": "登记受案"}.get(name, "") if page.state != "waiting" else "") for name in names]
        if page.state == "waiting" or (page.state == "open" and page.owner_id != actor.account_id):
            offers.insert(0, {"label": "接手", "url": reverse("intake:take-over", args=[page.id]), "method": "post", "allowed": True})
        if page.state == "open" and page.kind.startswith("D"):
            offers.append({"label": "结案", "allowed": False, "reason": "先登记化解并回访。"})
    if live and page.own and actor.has(*POLICE, Role.MEDIATOR):
        offers.append(_offer(page, "edit"))
    return [one for one in offers if not taken or one.get("url") != taken.get("url")]

"""The page of one dispute: where it stands, what next and why not, its steps."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.forms import done
from fengqiao.core.queries import approvals
from fengqiao.core.queries.timeline import Line
from fengqiao.core.web import Request, made, once
from fengqiao.disputes import acts, forms, policies, queries, rules
from fengqiao.disputes.queries import DisputePage
from fengqiao.disputes.queries.levels import CLOSE_ASKED
from fengqiao.disputes.views import agreements, law, levels, mediation, papers
from fengqiao.disputes.views.steps import Step, offer
from fengqiao.intake import queries as intake
from fengqiao.intake.forms import HandOverForm, NoteForm, PurposeForm
from fengqiao.intake.views.timeline import entries

ASKED = ("handover", "transfer", "not_police", "extension", "close")  # lines of the approvals table said on top of the page
SUBJECTS = (levels, law, mediation, agreements, papers)  # in the order they stand on the page
STEPS = {
    "note": Step("记录", NoteForm, acts.note, "已记录。"),
    "settle": Step("登记结果", forms.SettleForm, acts.settle, "已登记结果，下一步回访。", may=policies.may_work, led=True),
    "revisit": Step("登记回访", forms.RevisitForm, acts.revisit, "已登记回访。", "“稳定”后方可结案。", may=policies.may_revisit, led=True),
    "close": Step("结案", forms.CloseForm, acts.close, "已结案。", may=policies.may_decide, led=True),
    "reopen": Step("反弹重开", forms.ReopenForm, acts.reopen, "已重新办理。", may=policies.may_decide, led=True),
    "next": Step("填写下步措施", forms.NextForm, acts.plan_next, "已填写，台账和报表照此印出。", "报表签发前可以再改，改后重新起草即可。", may=policies.may_work, led=True),
    "withdraw": Step("撤回纠纷", forms.WithdrawForm, acts.withdraw, "已撤回，事项仍在办理。", "撤回后纠纷即终止，事项仍由主办人办理。", may=policies.may_work, led=True),
    "hand-over": Step("流转", HandOverForm, acts.pass_on, "已发出，待对方签收。",
                      "对方接收前，纠纷仍由本单位负责；退回即回到本单位。移送须在接报后二十四小时内，并按审批表经所领导同意。", may=policies.may_decide, led=True),
}  # fmt: skip
for _subject in SUBJECTS:
    STEPS |= _subject.STEPS


@require_GET
def page(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """The dispute: facts with parties masked, one timeline, what next."""
    return _page(request, queries.dispute_page(request.actor, dispute_id))


@require_http_methods(["GET", "POST"])
def unmasked(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """The same with names and phones in full, after the purpose was written to the access log."""
    actor: Actor = request.actor
    if request.method == "GET":
        return redirect("disputes:page", dispute_id)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return _page(request, queries.dispute_page(actor, dispute_id), purpose=form, status=422)
    return _page(request, queries.unmasked(actor, dispute_id, form.cleaned_data["purpose"]))


@require_POST
def earlier(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """此前的纠纷: between the same parties; the look-up writes its access line first."""
    actor: Actor = request.actor
    before = queries.earlier_between(actor, dispute_id)
    return render(request, "disputes/_earlier.html", {"earlier": before, "asked": True})


@require_POST
def take(request: Request, dispute_id: uuid.UUID) -> HttpResponse:
    """开始办理: one key."""
    acts.take(request.actor, dispute_id=dispute_id)
    messages.success(request, "已接手办理。")
    return redirect("disputes:page", dispute_id)


@require_http_methods(["GET", "POST"])
def step(request: Request, dispute_id: uuid.UUID, name: str) -> HttpResponse:
    """The form of one step, and the step itself."""
    actor: Actor = request.actor
    if name not in STEPS:
        raise NotThere
    chosen, shown = STEPS[name], queries.dispute_page(actor, dispute_id)
    chosen.may(actor)
    if chosen.led and not shown.own:
        raise Forbidden(f"纠纷由{shown.org}主办，本单位可以查看和记录。")
    around = {"actor": actor, "page": shown, "receivers": intake.receivers(actor) if name == "hand-over" else []}
    around |= chosen.around(actor, shown) if chosen.around else {}
    form = chosen.form(request.POST if request.method == "POST" else None, around=around)
    there = redirect("disputes:page", dispute_id)
    if request.method == "POST":
        if once(request):
            return there
        if form.is_valid() and (result := done(form, chosen.act, actor, dispute_id=dispute_id, **form.cleaned_data)):
            made(request, {"dispute": str(dispute_id)})
            messages.success(request, getattr(result, "said", chosen.done))
            return there
    context = {"step": chosen, "form": form, "page": shown, "name": name}
    return render(request, "disputes/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def open_dispute(request: Request, matter_id: uuid.UUID) -> HttpResponse:
    """立为纠纷: choose kind and owner."""
    actor: Actor = request.actor
    matter = intake.matter_page(actor, matter_id)
    policies.may_decide(actor)
    around = {"actor": actor, "page": matter, "owners": intake.owners(actor, matter)}
    form = forms.OpenForm(request.POST if request.method == "POST" else None, around=around)
    if request.method == "POST":
        if before := once(request):
            return redirect("disputes:page", before["dispute"])
        if form.is_valid() and (opened := done(form, acts.open_dispute, actor, matter_id=matter_id, **form.cleaned_data)):
            made(request, {"dispute": str(opened)})
            messages.success(request, "已立为纠纷。")
            return redirect("disputes:page", opened)
    return render(request, "disputes/open.html", {"form": form, "matter": matter}, status=422 if form.errors else 200)



def _page(request: Request, shown: DisputePage, *, purpose: PurposeForm | None = None, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    first = next_of(actor, shown)
    context = {
        "page": shown,
        "steps": bar(shown),
        "step": first,
        "others": others_of(actor, shown, first),
        "entries": told(shown.timeline),
        "next_url": reverse("disputes:step", args=[shown.id, "next"]) if shown.state in rules.LIVE and actor.has(*policies.WORKS) else "",
        "asked": approvals.waiting_about(shown.matter_id, ASKED) if shown.own else [],
        "note": NoteForm(around={}),
        "purpose": purpose or PurposeForm(),
        "may_compare": shown.state in rules.LIVE and actor.has(*policies.WORKS),
        "law": rules.VIOLENCE_LAW,
        "sections": [shows for subject in SUBJECTS if (shows := subject.section(actor, shown))],
    }
    return render(request, "disputes/page.html", context, status=status)


# --- where it stands, what next ----------------------------------------------------------------------------------------

BAR = ("受理", "办理", "化解", "回访", "结案")
AT = {"opened": 1, "working": 1, "reopened": 1, "handed": 1, "settled": 3, "revisited": 4, "closed": 5, "withdrawn": 1}
NOTES = {"handed": (1, "已流转，待对方办理"), "reopened": (1, "反弹，重新办理"), "withdrawn": (1, "当事人撤回")}


def bar(page: DisputePage) -> list[dict[str, Any]]:
    """The state bar 受理 → 办理 → 化解 → 回访 → 结案."""
    done, dates = AT[page.state], {0: page.opened_at, 2: page.settled_at, 3: page.revisited_at, 4: page.closed_at}
    noted, note = NOTES.get(page.state, (-1, ""))
    ended = page.state == "withdrawn"
    steps = [
        {
            "label": page.state_name if i == 2 and page.state == "settled" else label,
            "state": "done" if i < done else "skipped" if ended and i > done else "now" if i == done and not ended else "ahead",
            "at": dates.get(i) if i < done else None,
            "due": page.revisit_due if i == 3 else None,
            "note": note if i == noted else "",
        }
        for i, label in enumerate(BAR)
    ]
    if page.agreement is not None and page.outcome:
        steps.insert(3, _performance(page))
    return steps


def _performance(page: DisputePage) -> dict[str, Any]:
    """履行 on the bar, of a dispute with an agreement."""
    assert page.agreement is not None
    done = page.performance in rules.PERFORMED
    left = [one.due_at for one in page.agreement.owed if one.open]
    note = "" if done else "计划已移交" if page.handed else page.performance_name
    return {"label": "履行", "state": "done" if done or page.handed else "now", "at": None, "due": min(left, default=None), "note": note}


def _offer(page: DisputePage, name: str, **said: Any) -> dict[str, Any]:
    return offer(page, name, STEPS[name].title, **said)


def _take(page: DisputePage, label: str) -> dict[str, Any]:
    return {"label": label, "url": reverse("disputes:take", args=[page.id]), "method": "post", "allowed": True}


def next_of(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """下一步: one primary act by state and role, or the reason why not."""
    decides, works = actor.has(*policies.DECIDES), actor.has(*policies.WORKS)
    if page.state == "withdrawn":
        return None
    blocked = {"label": "办理", "allowed": False}
    if not page.own:
        return blocked | {"reason": f"纠纷由{page.org}主办，本单位可以查看和记录。"}
    if page.led_by:
        return blocked | {"reason": f"事项归并后由纠纷 {page.led_by} 办理，本纠纷可撤回。"}
    if page.state == "handed":
        return blocked | {"reason": "已流转，待对方签收、办理；对方退回后在本单位继续。"}
    if page.state == "opened":
        return _take(page, "开始办理") if works else blocked | {"reason": "由民警、所领导、值班人员或调解员办理。"}
    if page.state in rules.AT_WORK and (one := mediation.first(actor, page)):
        return one
    if page.state in rules.AT_WORK:
        return _offer(page, "settle", allowed=works, reason="由民警、所领导、值班人员或调解员登记。")
    if one := agreements.first(actor, page):
        return one
    if page.state == "closed" and page.revisit_due and actor.has(*policies.REVISITS):
        return _offer(page, "revisit", note="结案后仍按等级回访。", due=page.revisit_due)
    if page.state == "closed":
        return _offer(page, "reopen", allowed=decides, reason="由民警、所领导或综合指挥室重新办理。")
    if page.unsigned and page.not_ready == page.unsigned:
        asked = page.unsigned == CLOSE_ASKED
        return _offer(page, "ask-close", allowed=decides and not asked, reason=page.unsigned, note=page.unsigned)
    if page.not_ready:
        revisits = actor.has(*policies.REVISITS)
        return _offer(page, "revisit", allowed=revisits, reason="由民警、辅警或调解员回访。", note=page.not_ready, due=page.revisit_due)
    return _offer(page, "close", allowed=decides, reason="由民警、所领导或综合指挥室结案。")


def others_of(actor: Actor, page: DisputePage, taken: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Everything else this post can do now; closing is always named, with what it still lacks."""
    if not page.own or page.state == "withdrawn":
        return []
    if page.state == "closed":
        reopens = actor.has(*policies.DECIDES) and page.revisit_due is not None  # else it is the next step itself
        return [*([_offer(page, "reopen")] if reopens else []), *(one for subject in SUBJECTS for one in subject.offers(actor, page))]
    decides, works = actor.has(*policies.DECIDES), actor.has(*policies.WORKS)
    offers = []
    if page.state in rules.AT_WORK and not page.led_by:
        if works and (page.owner_id != actor.account_id or page.state == "reopened"):
            offers.append(_take(page, "由我办理"))
        offers += [_offer(page, "settle")] if works else []
        offers += [_offer(page, "hand-over")] if decides else []
    if works and rules.may_move(page.state, "withdrawn"):
        offers.append(_offer(page, "withdraw"))
    if page.state in ("settled", "revisited") and actor.has(*policies.REVISITS):
        offers.append(_offer(page, "revisit"))
    if page.state in ("settled", "revisited") and decides:
        offers.append(_offer(page, "reopen"))
    if decides and not page.led_by and not (taken and taken.get("note")):  # else the next step says it already
        offers.append(_offer(page, "close", allowed=not page.not_ready, reason=page.not_ready))
    offers += [one for subject in SUBJECTS for one in subject.offers(actor, page)]
    primary = {one["url"] for one in [taken] if one and one.get("url")}
    return [one for one in offers if one["url"] not in primary]


def told(lines: list[Line]) -> list[dict[str, Any]]:
    """The timeline as the front door words it, with what only a dispute tells."""
    shown = entries(lines)
    for line, entry in zip(lines, shown, strict=True):
        levels.tell(line, entry)
        if not line.act.startswith("disputes."):
            continue
        if how_far := queries.performance_name(line.facts.get("performance") or ""):
            entry["details"].append(("履行", how_far))
        if line.act == "disputes.keep_up":
            was, now = line.facts["was"]["state"], line.facts["now"]["state"]
            entry["changes"].append(("状态", rules.STATES[was], rules.STATES[now]))
        if line.facts.get("now") == "reopened":
            entry["details"].append(("重新办理", "是"))
    return shown

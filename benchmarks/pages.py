"""Start page, lists, matter page and the rooms of disputes of a small and a large county: server time at the 95th
percentile, and queries a page.

10,000 and 100,000 matters held (`FULL=1`: 10,000 and 1,000,000), each a dispute with what belongs to it (_disputes), both
served at once and asked in turns, one request at a time. Aim: the larger at most 1.5 times the smaller. And what the access
log's line costs: the matter page with names in full, against the same page masked. ONLY_PAGES=word measures those pages alone.
"""

import json
import os
import subprocess
import sys
from itertools import islice
from statistics import median
from urllib.parse import urlencode

from _disputes import fill as disputes
from _ground import FULL, drive, fsync_latency, home, http, invented, machine, percentile, served
from _held import fill

from fengqiao.ops import product

SIZES = [int(n) for n in os.environ.get("SIZES", "10000,1000000" if FULL else "10000,100000").split(",")]
SECONDS, ROUNDS, AIM = 4, 4, 1.5
PURPOSE = "核实当事人联系方式"
LOGGED = "matter page in full, with its access line"


def signed_on(name: str) -> "tuple[object, str, str]":
    """A browser in which somebody is signed on: Django's test client, its cookies as a header, its form token."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from fengqiao.core.models import Account

    client = Client()
    client.force_login(Account.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    token = _get_new_csrf_string()
    client.cookies["csrftoken"] = token
    return client, "; ".join(f"{k}={v.value}" for k, v in client.cookies.items()), token


def addresses() -> dict[str, tuple[str, list[str]]]:
    """The pages asked for, and by whom; a matter page and a dispute page of forty different ones, half of them ended."""
    from fengqiao.core.cast import actors
    from fengqiao.core.scope import scope
    from fengqiao.disputes.models import Dispute
    from fengqiao.intake.models import Matter

    cast = actors()
    with scope(cast.wang):
        mine = Matter.objects.filter(org_id=cast.org["chengguan"]).order_by("-last_at").values_list("id", flat=True)[:4000:100]
        ids = [str(i) for i in mine]
        rows = Dispute.objects.filter(org_id=cast.org["chengguan"]).order_by("-created_at")
        disputes = [str(i) for state in ("working", "settled", "revisited", "closed") for i in rows.filter(state=state).values_list("id", flat=True)[:10]]
        number = rows.values_list("number", flat=True)[50]
    word = next(islice(invented(7), 1, None)).place.rstrip("0123456789号")  # a street: a full page of hits at either size

    def listed(name: str, **chosen: str) -> dict[str, tuple[str, list[str]]]:
        return {name: ("wang", ["/disputes/?" + urlencode(chosen)])}

    return {
        "start page": ("wang", ["/"]),
        "waiting list": ("wang", ["/waiting/"]),
        "matters, newest": ("wang", ["/matters/"]),
        "matters, open ones": ("wang", ["/matters/?" + urlencode({"state": "open"})]),
        "matters, one kind": ("wang", ["/matters/?" + urlencode({"kind": "D03"})]),
        "search": ("wang", ["/search/?" + urlencode({"q": word})]),
        "hand-overs": ("wang", ["/promises/"]),
        "matter page": ("wang", [f"/matters/{i}/" for i in ids]),
        "dispute page": ("wang", [f"/disputes/{i}/" for i in disputes]),
        **listed("disputes, newest"),
        **listed("disputes, live", state="live"),
        **listed("disputes, closed", state="closed"),
        **listed("disputes, one kind", kind="D03"),
        **listed("disputes, live of a kind", state="live", kind="D03"),
        **listed("disputes, red and orange", level="serious"),
        **listed("disputes, mine", owner="me"),
        **listed("disputes, nobody's, live", owner="none", state="live"),
        **listed("disputes, failed", outcome="failed"),
        **listed("disputes, revisit over time", due="late"),
        **listed("disputes, revisit to be made", due="wait"),
        **listed("disputes, by number", number=number),
        **listed("disputes, of some days", since="2026-10-01", until="2026-10-10"),
        "disputes, of a whole county": ("wu", ["/disputes/"]),
        "disputes, a mediator's": ("he", ["/disputes/"]),
        "call list": ("wang", ["/disputes/calls/"]),
        "call list, mine": ("wang", ["/disputes/calls/?owner=me"]),
        "reviews": ("wang", ["/disputes/reviews/"]),
        "feedback still to be pasted": ("wang", ["/disputes/feedback/"]),
        "mediations of the day": ("wang", ["/disputes/mediation/"]),
        "register of co-operation": ("wang", ["/disputes/mediation/cooperation/"]),
        "register of paper numbers": ("wang", ["/disputes/papers/register/"]),
        "approvals": ("zhao", ["/approvals/"]),
        "outbox (reminders)": ("wang", ["/outbox/"]),
        "morning briefing": ("zhao", ["/briefing/"]),
        "start page of a leader": ("zhao", ["/"]),
    }


def queries(client: object, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)  # type: ignore[attr-defined]
    assert answer.status_code == 200, (path, answer.status_code)
    return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def county(count: int) -> None:
    """Fill a home, serve it, tell the parent what to ask (one line of JSON), and stay until standard input is closed."""
    with home() as base:
        fsync_latency(base / "pg")
        os.environ["FENGQIAO_POOL"] = "0"
        product.setup("app")
        fill(count)
        disputes(count)
        pages = {name: page for name, page in addresses().items() if os.environ.get("ONLY_PAGES", "") in name or name == "matter page"}
        people = {who: signed_on(who) for who in {who for who, _ in pages.values()}}
        counted = {name: max(queries(people[who][0], path) for path in paths[:3]) for name, (who, paths) in pages.items()}
        with served() as at:
            cookies, token = {who: cookie for who, (_, cookie, _) in people.items()}, people["wang"][2]
            told = {"port": at.port, "cookies": cookies, "token": token, "pages": pages, "queries": counted}
            print(json.dumps(told), flush=True)
            sys.stdin.read()


class County:
    """One of the two, in a process of its own: a home has its own secrets, and Django reads them once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.process = subprocess.Popen([sys.executable, __file__, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout or ():
            if line.startswith("{"):
                break
            print(line, end="", flush=True)
        told = json.loads(line)
        self.port, self.queries = told["port"], told["queries"]
        form = urlencode({"purpose": PURPOSE, "csrfmiddlewaretoken": told["token"]}).encode()
        cookies = told["cookies"]
        self.asked = {name: [http("GET", path, {"Cookie": cookies[who]}) for path in paths] for name, (who, paths) in told["pages"].items()}
        head = {"Cookie": cookies["wang"], "Content-Type": "application/x-www-form-urlencoded"}
        self.asked[LOGGED] = [http("POST", f"{path}unmasked/", head, form) for path in told["pages"]["matter page"][1]]

    def times(self, name: str, seconds: float) -> list[float]:
        requests = self.asked[name]
        answers = drive(("127.0.0.1", self.port), lambda n: requests[n % len(requests)], clients=1, seconds=seconds)
        wrong = [a for a in answers if a.status != 200]
        if wrong:
            raise SystemExit(f"{name}: {wrong[0].status} {wrong[0].body[:200]!r}")
        return [a.took for a in answers]

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(120)


def main() -> None:
    machine()
    counties = [County(count) for count in SIZES]
    results: list[dict[str, list[float]]] = [{name: [] for name in c.asked} for c in counties]
    for turn in range(ROUNDS + 1):  # in turns, so that whatever else the machine does meets all; the first one warms up
        for name in counties[0].asked:
            for c, result in zip(counties, results, strict=True):
                took = c.times(name, SECONDS / ROUNDS)
                result[name] += took if turn else []
    for c in counties:
        c.end()
    print(f"\nserver's answer, median and p95 in ms, queries a page: {' and '.join(f'{n:,}' for n in SIZES)} matters")
    for name in results[0]:
        parts = []
        for c, result in zip(counties, results, strict=True):
            parts.append(f"{median(result[name]):6.1f} {percentile(result[name], 0.95):6.1f} {c.queries.get(name, ''):>3}")
        ratio = percentile(results[-1][name], 0.95) / percentile(results[0][name], 0.95)
        more = "" if len({c.queries.get(name) for c in counties}) == 1 else "  MORE QUERIES"
        print(f"  {name:<42}{'   '.join(parts)}   p95 ×{ratio:.2f}{'' if ratio <= AIM else '  NOT REACHED (aim ×1.5)'}{more}")
    for c, result in zip(counties, results, strict=True):
        cost = median(result[LOGGED]) - median(result["matter page"])
        print(f"  access line at {c.count:,}: {cost:+.1f} ms (median of the page in full less the masked one; form and one commit included)")


if __name__ == "__main__":
    county(int(sys.argv[1])) if sys.argv[1:] else main()

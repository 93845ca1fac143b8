"""Every address × role × relation answers as the table says; an address that is not in the table fails."""

import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fengqiao.core import clock
from fengqiao.core.models import Account
from tests.permissions import records, table

MARKS = {
    200: "+", 204: "+", 302: "+", 409: "~", 422: "?", 403: "-", 404: "0", 401: "!", 405: "x", 503: "§",
}  # fmt: skip


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the product with its whole address."""
    for one in (resolver or get_resolver()).url_patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield address, one
        else:
            yield from routes(one, address)


def test_every_address_is_in_the_table_and_none_is_there_in_vain():
    served = {address for address, _ in routes()}
    listed = {line.route for line in table.lines()}
    assert served - listed == set(), "addresses without a line in the table"
    assert listed - served == set(), "lines of the table whose address is gone"


@pytest.fixture
def world(cast):
    with clock.at(clock.now()):  # the walk takes a while; nothing of it runs out of time meanwhile
        yield records.make(cast)


def asked(client: Client, method: str, address: str, body: dict[str, str] | None = None) -> HttpResponse:
    """Ask, and take back whatever it changed, so that every cell meets the same records."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        told: dict[str, Any] = {"content_type": "application/json"} if method == "POST" and address.startswith("field/v1/") else {}
        answer: Any = getattr(client, method.lower())(f"/{address}", body or {}, **told)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def mark(answer: HttpResponse) -> str:
    """One character for an answer, as explained in the table."""
    if answer.status_code == 302 and answer["Location"].startswith("/login/"):
        return ">"
    return MARKS.get(answer.status_code, f"({answer.status_code})")


def clients() -> dict[str, Client]:
    found = {"": Client(raise_request_exception=False)}
    for who in table.COLUMNS:
        if who:
            found[who] = Client(raise_request_exception=False)
            found[who].force_login(Account.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return found


def filled(route: str, values: dict[str, Any]) -> str:
    """The address with its parameters filled in."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)


def told(line: table.Line, values: dict[str, Any]) -> dict[str, str]:
    """What a POST of this line carries: a form filled in well enough to reach the act."""
    form = table.BODIES.get((line.route, *line.given.values()), {}) if line.method == "POST" else {}
    return {name: value.format(**values) for name, value in form.items()}


def test_every_cell_of_the_table_answers_as_it_says(world):
    browsers, wrong = clients(), []
    for line in table.lines():
        values = world | line.given
        address, body = filled(line.route, values), told(line, values)
        got = "".join(mark(asked(browsers[who], line.method, address, body)) for who in table.COLUMNS)
        if got != line.cells:
            wrong.append(f"{line.method:4} {line.route} {line.given or ''}\n    said {line.cells}\n    got  {got}")
    assert not wrong, "\n" + "\n".join(wrong)


UNSTEADY = re.compile(r'csrf[^"]*" (?:content|value)="[^"]*"|"X-CSRFToken":"[^"]*"|csrfmiddlewaretoken" value="[^"]*"|data-position="\d+"')


def test_what_is_not_yours_answers_exactly_like_what_is_not_there(world):
    """For every line with a stranger's 0: the same page, byte for byte, as for an id that nobody has."""
    browsers, told_apart = clients(), []
    for line in table.lines():
        params = [name for name in re.findall(r"<(?:\w+:)?(\w+)>", line.route) if name in table.IDS]
        for who, cell in zip(table.COLUMNS, line.cells, strict=True):
            if cell != "0" or not params or not who:
                continue
            values = world | line.given
            nobodys = values | {name: uuid.uuid4() if isinstance(values[name], uuid.UUID) else 999_999 for name in params}
            pages = []
            for one in (values, nobodys):
                address = filled(line.route, one)
                page = asked(browsers[who], line.method, address, told(line, one)).content.decode()
                pages.append(UNSTEADY.sub("", page).replace(f"/{address}", "/").replace(f"/{quote(address)}", "/"))
            if pages[0] != pages[1]:
                told_apart.append(f"{line.method} {line.route} {who}")
    assert not told_apart, told_apart

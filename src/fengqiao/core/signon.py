"""Signing on, changing user by PIN, and finding the actor of an account: sessions are not acts of the trade."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from fengqiao.core import clock, limits
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Refused
from fengqiao.core.models import Account
from fengqiao.core.statements import ask

PIN_TRIES = 5
PIN_PAUSE = 300  # seconds


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the bureau; nobody signs up."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


# `asked` gives account and wished post, and may carry columns of its own (a partner's key).
_FIND = """
WITH asked AS ({asked}), mine AS (
  SELECT p.id, p.role, p.title, p.org_id, o.name AS org_name, o.lineage, a.id AS account_id, a.name,
         (SELECT s.id FROM core_organisation s WHERE s.id = ANY(o.lineage) AND s.kind = 'station') AS station
  FROM asked JOIN core_post p ON p.account_id = asked.account_id
  JOIN core_organisation o ON o.id = p.org_id JOIN core_account a ON a.id = p.account_id
  WHERE a.is_active AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
  ORDER BY (p.id = asked.post_id) DESC, p.id LIMIT 1
), roots AS (
  -- the county centre commands for the whole county; everybody else within the station or the own organisation
  SELECT CASE WHEN role = 'centre' THEN lineage[greatest(array_length(lineage, 1) - 1, 1)]
              ELSE coalesce(station, org_id) END AS id FROM mine
  UNION  -- 紧密型: paired stations share one desk, one roster, one area (NP-17)
  SELECT t.id FROM mine JOIN core_organisation s ON s.id = mine.station AND s.mode = 'paired'
  JOIN core_organisation t ON t.mode = 'paired' AND t.desk_id = s.desk_id
)
SELECT mine.*, (SELECT array_agg(DISTINCT d.id) FROM core_organisation d JOIN roots ON roots.id = ANY(d.lineage)), asked.*
FROM asked LEFT JOIN mine ON true
"""
_BY_ACCOUNT = _FIND.format(asked="SELECT %s::int AS account_id, %s::int AS post_id")
_BY_KEY = _FIND.format(
    asked="SELECT p.account_id, p.id AS post_id, k.id AS key_id, k.target_id FROM core_partnerkey k JOIN core_post p ON p.id = k.post_id"
    " WHERE k.key_hash = %s AND k.ended_at IS NULL AND k.expires_at > %s"
)
_COLUMNS = 10  # of `mine` and the organisations


def compartments(role: str) -> tuple[str, ...]:
    """Which content of the timeline a role may read. Lawyers' advice stays with the party (NJ-25)."""
    if role == Role.RIGHTS:
        return ("police", "mediator", "rights", "shared")
    if role == Role.ADMIN:  # runs the machine and reads no content (NP-39)
        return ()
    if role == Role.MEDIATOR:
        return ("mediator", "shared")
    if role == Role.LAWYER:
        return ("lawyer",)
    return ("police", "shared") if role in POLICE else ("shared",)


def actor_of(account_id: int, post_id: int | None = None) -> Actor | None:
    """The actor of an account in its given (or first current) post; None when it has no post today."""
    day = clock.today()
    [row] = ask(_BY_ACCOUNT, [account_id, post_id or 0, day, day])
    return _actor(row)


def actor_of_key(key_hash: bytes) -> tuple[Actor | None, int, int] | None:
    """A partner's actor, key id and the organisation it hands in to; None for a wrong, ended or expired key."""
    day = clock.today()
    found = ask(_BY_KEY, [key_hash, clock.now(), day, day])
    return (_actor(found[0]), *found[0][-2:]) if found else None


def _actor(row: tuple[Any, ...]) -> Actor | None:
    post, role, title, org, org_name, _, account, name, station, orgs = row[:_COLUMNS]
    if post is None:
        return None
    return Actor(
        account_id=account,
        post_id=post,
        org_id=org,
        roles=frozenset({role}),
        orgs=tuple(sorted(orgs)),
        name=name,
        zone=settings.ZONE,
        compartments=compartments(role),
        org_name=org_name,
        post_title=title,
        station_id=station or org,
    )


def system_actor(purpose: str) -> Actor:
    """The named system actor for background work: sees every organisation. `purpose` names the work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.account_id, p.org_id, (SELECT array_agg(id ORDER BY id) FROM core_organisation)"
            " FROM core_post p JOIN core_account a ON a.id = p.account_id WHERE a.is_system AND p.role = 'system' LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("no system post; run `fengqiao migrate`")
    post, account, org, orgs = row
    return Actor(
        account_id=account,
        post_id=post,
        org_id=org,
        roles=frozenset({Role.SYSTEM}),
        orgs=tuple(orgs),
        name=f"系统·{purpose}",
        zone=settings.ZONE,
        compartments=("police", "shared"),
        org_name="系统",
        station_id=org,
    )


def set_pin(account_id: int, pin: str) -> None:
    """Set the quick-change PIN: 6 digits, not all alike, not a run."""
    if not (pin.isdecimal() and len(pin) == 6) or len(set(pin)) == 1 or pin in "0123456789876543210":
        raise Refused("口令须为 6 位数字，不能全部相同或连号。", status=422)
    Account.objects.filter(id=account_id).update(pin=make_password(pin))


def by_pin(account_id: int, pin: str, workstation: str) -> Account:
    """The account, if the PIN is right. Five wrong tries close PIN sign-on there for five minutes."""
    who = f"{workstation}:{account_id}"
    if limits.tries("pin", who) >= PIN_TRIES:
        raise Refused("口令多次不对，请五分钟后再试，或用密码登录。", status=429)
    account = Account.objects.filter(id=account_id, is_active=True).exclude(pin="").first()
    if account is None or not check_password(pin, account.pin):
        limits.hit("pin", who, PIN_PAUSE)
        raise Refused("口令不对。", status=403)
    limits.clear("pin", who)
    return account

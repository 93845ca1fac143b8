"""People at their desks: `office(cast.wang)` is a browser signed on as 王砚."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from fengqiao.core.actor import Actor
from fengqiao.core.models import Account


@pytest.fixture
def office(db: None) -> Callable[[Actor], Client]:
    """A browser signed on in a post."""

    def sign_on(actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_on


@pytest.fixture
def words() -> Callable[..., str]:
    """The text of an answer's page, without tags."""
    return lambda answer: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

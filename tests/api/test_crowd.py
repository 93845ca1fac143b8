"""The same records sent by many at once while the worker indexes and matches them: nobody is answered by an error."""

import threading
import time

import httpx

from tests.conftest import Product


def test_the_same_four_records_from_eight_clients_at_once_bring_no_error(product: Product) -> None:
    answers: set[int] = set()
    until = time.monotonic() + 6

    def send(client: int) -> None:
        with httpx.Client(base_url=product.url, headers={"Authorization": f"Bearer {product.made['partner_key']}"}) as http:
            turn = 0
            while time.monotonic() < until:
                turn += 1
                body = {"id": f"crowd-{turn % 4}", "text": f"两户为门前堆物争吵，第 {client} 次来电 {turn}"}
                answers.add(http.post("/api/v1/reports", json=body, timeout=30).status_code)

    clients = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    logs = "".join(log.read_text() for log in (product.home / "logs").glob("w*.log"))
    assert answers <= {200, 201} and 200 in answers, logs[-6000:]
    assert "Traceback" not in logs, logs[-6000:]

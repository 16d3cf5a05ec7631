"""A hundred submissions at the same moment with repeated keys, over HTTP to real web processes: exactly as many referrals as keys."""

import json
import socket
import threading
import urllib.error
import urllib.request
import uuid
from collections import Counter

import pytest
from django.db import connection

from accounts.services import create_api_client
from audit.models import Entry
from jobs.models import Job
from referrals import services
from referrals.enums import FormKind
from referrals.models import Person, Referral, ReferralAccess
from tests.people import NOW, make_cast
from tests.referrals.conftest import Life

CALLS = 100
WHOLE_PPN = {
    "kind": "PPN",
    "types": ["CHILD"],
    "risk_level": 2,
    "lawful_basis": "PUBLIC_TASK",
    "ppn": {"concern": "Alone at night."},
    "people": [{"role": "SUBJECT", "given_names": "Fictitious"}],
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keys", [40])
def test_a_hundred_calls_at_once_make_one_referral_for_each_key(service, keys):
    cast = make_cast()
    _, token = create_api_client(name="Records system", user=cast.olu, scopes=["referrals:write"])
    port = free_port()
    service.start_web(host="127.0.0.1", port=port)
    service.start_worker()
    service.start_beat()
    service.wait_for_web(port=port)
    names = [f"key-{number:04d}-{uuid.uuid4()}" for number in range(keys)]
    gate, answers = threading.Barrier(CALLS), []

    def submit(number: int) -> None:
        key = names[number % keys]
        body = WHOLE_PPN | {"ppn": {"concern": f"Alone at night, {key}."}}
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/referrals/", json.dumps(body).encode(), headers
        )
        gate.wait()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server
            answers.append((key, answer.status, json.load(answer)["id"]))

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(CALLS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(status for _, status, _ in answers) == {201: CALLS}
    assert Referral.objects.count() == Person.objects.count() == ReferralAccess.objects.count() == keys
    assert len({key for key, _, _ in answers}) == len({(key, pk) for key, _, pk in answers}) == keys
    assert len(set(Referral.objects.values_list("reference", flat=True))) == keys
    assert Entry.objects.filter(what="referral.submitted").count() == keys
    assert Job.objects.filter(task="referrals.tasks.email_hub_about_submission").count() == keys


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_on_each_of_five_drafts_send_each_once():
    cast = make_cast()
    life = Life(cast)
    drafts = [(life.ready(), uuid.uuid4()) for _ in range(5)]
    gate = threading.Barrier(CALLS)
    references = []

    def click(number: int) -> None:
        draft, key = drafts[number % 5]
        try:
            gate.wait()
            sent = services.submit_referral(referral_id=draft.pk, key=key, by=cast.olu, at=NOW)
            references.append(sent.reference)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(number,)) for number in range(CALLS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Counter(references).values()) == [20] * 5
    assert Referral.objects.filter(kind=FormKind.PPN).sent().count() == 5
    assert Entry.objects.filter(what="referral.submitted").count() == 5

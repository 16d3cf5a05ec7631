"""Programs and their tokens."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import ApiClient
from accounts.services import hash_of_token
from audit.models import Entry


def run(*arguments):
    output = io.StringIO()
    call_command("api_client", *arguments, stdout=output)
    return output.getvalue()


def test_a_program_gets_a_token_of_which_only_the_hash_is_kept(cast):
    token = run("Records system", "--user", "ANA@example.org", "--scope", "incidents:write").split()[-1]

    client = ApiClient.objects.get()
    assert (client.name, client.user, client.scopes) == ("Records system", cast.ana, ["incidents:write"])
    assert client.token_hash == hash_of_token(token)
    assert token not in str(ApiClient.objects.values())
    entry = Entry.objects.get(what="api_client.created")
    assert (entry.verb, entry.object_id, entry.details) == (
        "ADMINISTERED",
        str(client.pk),
        {"scopes": ["incidents:write"]},
    )


def test_an_ended_token_is_not_valid(cast):
    token = run("Records system", "--user", "ana@example.org", "--scope", "incidents:read").split()[-1]
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get(reverse("api:incidents")).status_code == 200

    for _ in range(2):
        run("Records system", "--end")

    assert program.get(reverse("api:incidents")).status_code == 401
    assert Entry.objects.filter(what="api_client.ended").count() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["New"], "Say for whom"),
        (["New", "--user", "ana@example.org"], "Say for whom"),
        (["New", "--user", "nobody@example.org", "--scope", "incidents:read"], "nobody with that e-mail"),
        (["Taken", "--user", "ana@example.org", "--scope", "incidents:read"], "of that name already"),
        (["New", "--end"], "no client of that name"),
        (["New", "--user", "ana@example.org", "--scope", "all"], "invalid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_told(cast, arguments, message):
    run("Taken", "--user", "ana@example.org", "--scope", "incidents:read")

    with pytest.raises(CommandError, match=message):
        run(*arguments)

    assert ApiClient.objects.count() == 1

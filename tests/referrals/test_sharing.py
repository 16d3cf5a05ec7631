"""Each agency reads the parts it was given and nothing else, by every way in; what it was given can be shown again for ever."""

import json
import re
import uuid
from functools import partial
from io import BytesIO

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse
from pypdf import PdfReader

from accounts.enums import AgencyKind
from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import SECTION_FIELDS, FormKind, suggested_sections
from referrals.models import Person, Referral, Share, ShareSnapshot
from referrals.models.snapshot import sum_of
from tests.api.programs import Program
from tests.factories.accounts import UserFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import Life

# One mark in every answer that can hold words, so that a leak of any of them is seen.
MARKS = {
    "incident": {"place": "zzplace"},
    "concern": {"concern": "zzconcern was seen", "not_seen_reason": "zznotseen"},
    "daily-life": {"lived_experience": "zzlife", "voice": "zzvoice"},
    "needs-and-harm": {"needs": "zzneeds", "harm": "zzharm", "protective_factors": "zzprotect"},
    "risk": {"risk_rationale": "zzrationale", "history": "zzhistory"},
    "sharing-and-consent": {"informed_reason": "zzinformed"},
    "actions-and-ask": {"immediate_actions": "zzactions", "request_to_partner": "zzask"},
}
BACKGROUND = {"religion": "zzreligion", "place_of_birth": "zzbirth", "first_language": "zzlanguage"}


@pytest.fixture
def marked(cast, life):
    """A decided PPN with a mark in each part, about a child and somebody who harms."""
    answers = {name: words for part in MARKS.values() for name, words in part.items()}
    draft = life.draft(**answers, occurrence_number="99000055555")
    for person in (
        {"role": "SUBJECT", "given_names": "Zzchild", "disability": "zzdisability"} | BACKGROUND,
        {"role": "SOURCE_OF_HARM", "given_names": "Zzharmer", "address": "zzaddress"},
    ):
        services.add_person(referral_id=draft.pk, answers=person, by=cast.olu, at=NOW)
    services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=cast.olu, at=NOW)
    services.decide_referral(
        referral_id=draft.pk, level=4, pathway="SECTION_17", rationale="x" * 50, by=cast.mina, at=NOW
    )
    return Referral.objects.get(pk=draft.pk)


def share(referral, agency, by, **parts):
    return services.share_referral(
        referral_id=referral.pk,
        agency=agency,
        lawful_basis="PUBLIC_TASK",
        reason="They know her.",
        by=by,
        at=NOW,
        **parts,
    )


def read_everywhere(client, user, shared):
    """All that somebody of the agency can get of a referral: page, list, answer page, API, list of the API, and paper."""
    browser, program = type(client)().signed_in(user), Program(user)
    pack = browser.get(reverse("referrals:pack", args=[shared.referral_id, shared.pk]))
    pages = [
        browser.get(reverse("referrals:detail", args=[shared.referral_id])),
        browser.get(reverse("referrals:shared")),
        browser.get(reverse("referrals:answer", args=[shared.referral_id, shared.pk])),
        program.get("referral", shared.referral_id),
        program.get("referrals"),
    ]
    texts = [page.content.decode() for page in pages if page.status_code == 200]
    paper = " ".join(page.extract_text() for page in PdfReader(BytesIO(pack.content)).pages)
    return "\n".join([*texts, paper]).lower()


KNOWN = [word.split()[0] for part in MARKS.values() for word in part.values()] + list(BACKGROUND.values())
KNOWN += ["zzdisability", "zzchild", "zzharmer", "zzaddress", "zzlater", "zzcars", "zzsource"]


def marks_in(text):
    """The marks of these tests that stand in a text; a token by chance may hold any letters."""
    return set(re.findall(rf"\b(?:{'|'.join(KNOWN)})\b", text))


@pytest.mark.parametrize("part", MARKS)
def test_an_agency_reads_the_one_part_it_was_given_and_no_other_by_any_way(client, cast, marked, part):
    shared = share(marked, cast.council, cast.mina, sections=[part], people=[])

    found = read_everywhere(client, cast.pat, shared)

    given = {word.split()[0] for word in MARKS[part].values()}
    assert marks_in(found) == given
    assert ("99000055555" in found) == (part == "incident")
    assert ("child" in json.dumps(Program(cast.pat).get("referrals").json()).lower()) == (part == "incident")


@pytest.mark.parametrize(
    ("sections", "marks"),
    [
        (["concern"], set()),
        (["concern", "people-background"], {"zzreligion", "zzbirth", "zzlanguage"}),
        (["concern", "people-health"], {"zzdisability"}),
    ],
)
def test_of_people_the_agency_reads_whom_and_what_it_was_given(client, cast, marked, sections, marks):
    child = marked.people.get(role="SUBJECT")
    shared = share(marked, cast.council, cast.mina, sections=sections, people=[child.pk])

    found = marks_in(read_everywhere(client, cast.pat, shared))

    assert found == {"zzchild", "zzconcern", "zznotseen"} | marks


def test_the_agency_reads_the_questions_in_the_order_of_the_form(client, cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["risk", "concern"], people=[])

    (concern, risk) = client.signed_in(cast.pat).get(shared.referral.get_absolute_url()).context["reading"].parts

    for part, key in ((concern, "concern"), (risk, "risk")):
        assert [answer.name for answer in part.answers] == list(SECTION_FIELDS[FormKind.PPN][key])


def test_writer_line_manager_and_hub_read_all_of_it_as_before(client, cast, marked):
    share(marked, cast.council, cast.mina, sections=["concern"], people=[])

    for user in (cast.olu, cast.lin, cast.mina, cast.sam):
        page = type(client)().signed_in(user).get(marked.get_absolute_url()).content.decode().lower()
        assert {"zzhistory", "zzvoice", "zzharmer", "zzreligion"} <= marks_in(page)
        assert Program(user).get("referral", marked.pk).json()["ppn"]["history"] == "zzhistory"
        assert permissions.sees_whole(user, marked)
    assert not permissions.sees_whole(cast.pat, marked)


def test_what_is_changed_afterwards_reaches_the_agency_only_as_a_newer_version(client, cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    marked.ppn.concern = "zzlater was added"
    marked.ppn.save()
    assert "zzlater" not in read_everywhere(client, cast.pat, shared)

    newer = services.renew_share(
        share_id=shared.pk, sections=["concern", "risk"], people=[], reason="They asked.", by=cast.mina, at=NOW
    )

    found = read_everywhere(client, cast.pat, shared)
    assert (newer.number, newer.sections) == (2, ["concern", "risk"])
    assert {"zzlater", "zzhistory"} <= marks_in(found)
    assert "zzconcern" not in found
    first = ShareSnapshot.objects.get(share=shared, number=1)
    assert first.content["sections"]["concern"]["concern"] == "zzconcern was seen"
    browser = type(client)().signed_in(cast.mina)
    kept = browser.get(reverse("referrals:given", args=[marked.pk, shared.pk, 1])).content.decode()
    assert "zzconcern was seen" in kept
    assert "Unchanged" in kept


def test_the_same_version_is_not_given_twice_and_the_agency_is_told_once(cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    Job.objects.all().delete()

    for _ in range(2):
        services.renew_share(share_id=shared.pk, sections=["risk"], people=[], reason="Asked.", by=cast.mina, at=NOW)

    assert list(ShareSnapshot.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Job.objects.count() == 1
    assert Entry.objects.filter(what="referral.share_renewed").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"sections": ["nonsense"], "people": []},
        {"sections": [], "people": []},
        {"sections": ["people-health"], "people": []},
        {"sections": ["topic"], "people": []},
        {"sections": ["concern"], "people": [uuid.uuid4()]},
    ],
)
def test_parts_and_people_that_this_referral_has_not_are_refused(cast, marked, wrong):
    with pytest.raises(services.CannotShare):
        share(marked, cast.council, cast.mina, **wrong)
    shared = share(marked, cast.elsewhere, cast.mina)
    with pytest.raises(services.CannotShare):
        services.renew_share(share_id=shared.pk, reason="Asked.", by=cast.mina, at=NOW, **wrong)

    assert Share.objects.get() == shared
    assert ShareSnapshot.objects.count() == 1


def test_a_newer_version_is_given_by_the_hub_with_a_reason_while_it_is_shared(cast, marked):
    shared = share(marked, cast.council, cast.mina)
    renew = {"share_id": shared.pk, "sections": ["risk"], "people": [], "at": NOW}
    for by, reason in ((cast.pat, "Mine."), (cast.olu, "Mine."), (cast.mina, " ")):
        with pytest.raises(services.CannotShare):
            services.renew_share(**renew, by=by, reason=reason)
    services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW)

    with pytest.raises(services.CannotShare):
        services.renew_share(**renew, by=cast.mina, reason="Too late.")


def test_each_kind_of_agency_is_offered_what_it_usually_needs(cast, marked):
    keys = queries.shareable_sections(marked)

    assert suggested_sections(keys, AgencyKind.CHILDRENS_SERVICES) == keys
    school = suggested_sections(keys, AgencyKind.EDUCATION)
    assert {"concern", "daily-life", "people-background"} <= set(school)
    assert not {"risk", "people-health", "sharing-and-consent"} & set(school)


def test_a_school_gets_the_suggested_parts_unless_the_hub_chooses(client, cast, marked):
    shared = share(marked, cast.elsewhere, cast.mina)

    found = marks_in(read_everywhere(client, cast.out, shared))

    assert {"zzconcern", "zzchild"} <= found
    assert not {"zzdisability", "zzhistory", "zzrationale", "zzinformed"} & found


def test_the_page_ticks_the_suggestion_says_what_is_left_out_and_takes_what_the_hub_ticks(client, cast, marked):
    browser = client.signed_in(cast.mina)
    address = reverse("referrals:share", args=[marked.pk])
    assert "Continue" in browser.get(address).content.decode()

    page = browser.get(address, {"agency": cast.elsewhere.pk})
    assert "risk" not in page.context["form"]["sections"].value()
    assert "Education seldom needs these parts, so they are not ticked: Risk; " in page.content.decode()
    child = str(marked.people.get(role="SUBJECT").pk)
    browser.post(
        address,
        {
            "agency": cast.elsewhere.pk,
            "sections": ["concern", "risk"],
            "people": [child],
            "lawful_basis": "PUBLIC_TASK",
            "reason": "She is in year 4.",
        },
    )

    snapshot = ShareSnapshot.objects.get()
    assert snapshot.sections == ["people", "concern", "risk"]
    assert [row["id"] for row in snapshot.content["people"]] == [child]


def test_a_share_page_without_any_part_comes_back_with_what_was_typed(client, cast, marked):
    response = client.signed_in(cast.mina).post(
        reverse("referrals:share", args=[marked.pk]),
        {"agency": cast.council.pk, "lawful_basis": "PUBLIC_TASK", "reason": "She is in year 4."},
    )

    assert response.status_code == 422
    assert "Choose at least one part or person." in response.content.decode()
    assert "She is in year 4." in response.content.decode()


def test_a_newer_version_is_given_on_the_page_beginning_with_what_the_agency_has(client, cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    browser, address = client.signed_in(cast.mina), reverse("referrals:renew_share", args=[marked.pk, shared.pk])

    page = browser.get(address)
    assert page.context["form"]["sections"].value() == ["concern"]
    browser.post(address, {"sections": ["concern", "risk"], "reason": "They asked for the history."})

    assert queries.last_snapshot(shared).sections == ["concern", "risk"]


def test_the_log_says_which_version_was_given_and_read(client, cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    snapshot = queries.last_snapshot(shared)
    client.signed_in(cast.pat).get(marked.get_absolute_url())
    Program(cast.pat).get("referral", marked.pk)

    given = Entry.objects.get(what="referral.shared").details
    assert (given["sections"], given["people"], given["sha256"]) == (["concern"], 0, snapshot.sha256)
    assert [entry.details["number"] for entry in Entry.objects.filter(what="referral.read")] == [1, 1]


def test_a_snapshot_says_what_it_was_taken_from_and_its_sum_shows_any_change(cast, marked):
    snapshot = queries.last_snapshot(share(marked, cast.council, cast.mina))

    assert (snapshot.schema_version, snapshot.form_version, snapshot.made_by) == (2, marked.version, cast.mina)
    assert snapshot.sha256 == sum_of(json.loads(json.dumps(snapshot.content)))
    assert snapshot.is_intact
    snapshot.content["people"] = []
    assert not snapshot.is_intact


def test_the_database_refuses_to_change_what_was_given(cast, marked):
    snapshot = queries.last_snapshot(share(marked, cast.council, cast.mina))

    for change in ({"content": {}}, {"sha256": "0" * 64}, {"sections": []}):
        with pytest.raises((InternalError, ProgrammingError), match="never changed"), transaction.atomic():
            ShareSnapshot.objects.filter(pk=snapshot.pk).update(**change)


def test_the_database_refuses_two_versions_of_one_number_and_a_version_nought(cast, marked):
    snapshot = queries.last_snapshot(share(marked, cast.council, cast.mina))

    for number, constraint in ((1, "share_snapshot_numbered_once"), (0, "share_snapshot_counts_from_one")):
        copy = ShareSnapshot.objects.get(pk=snapshot.pk)
        copy.pk, copy.number = uuid.uuid4(), number
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            copy.save(force_insert=True)


def test_a_share_from_before_parts_were_chosen_shows_the_whole_referral_as_it_did(client, cast, marked):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    ShareSnapshot.objects.all().delete()

    found = marks_in(read_everywhere(client, cast.pat, shared))

    assert {"zzconcern", "zzhistory", "zzharmer", "zzreligion", "zzdisability"} <= found
    assert ShareSnapshot.objects.count() == 1


def test_nothing_is_read_after_the_end_not_even_on_paper(client, cast, marked):
    shared = share(marked, cast.council, cast.mina)
    services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW)
    browser = client.signed_in(cast.pat)

    for name in ("referrals:pack", "referrals:answer"):
        assert browser.get(reverse(name, args=[marked.pk, shared.pk])).status_code == 404
    assert browser.get(marked.get_absolute_url()).status_code == 404
    assert Program(cast.pat).get("referral", marked.pk).status_code == 404


def test_one_agency_does_not_get_the_pack_of_another(client, cast, marked):
    mine, other = share(marked, cast.council, cast.mina), share(marked, cast.elsewhere, cast.mina)
    browser = client.signed_in(cast.pat)

    assert browser.get(reverse("referrals:pack", args=[marked.pk, mine.pk])).status_code == 200
    assert browser.get(reverse("referrals:pack", args=[marked.pk, other.pk])).status_code == 404


def test_the_pack_is_marked_names_its_receiver_on_every_page_and_is_logged(client, cast, marked):
    marked.ppn.concern = "A long account. " * 600
    marked.ppn.save()
    shared = share(marked, cast.council, cast.mina)
    somebody = UserFactory(name='Pat "\\A}</style><b>', agency=cast.council, roles=["PARTNER_PRACTITIONER"])

    response = client.signed_in(somebody).get(reverse("referrals:pack", args=[marked.pk, shared.pk]))

    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(response.content)).pages]
    assert response.headers["Content-Disposition"] == f'attachment; filename="{marked.reference}-pack.pdf"'
    assert len(pages) > 1
    for page in pages:
        assert "OFFICIAL-SENSITIVE" in page
        assert f"Copy for {cast.council}" in page
        assert 'Made by Pat "\\A}</style><b>' in page
    entry = Entry.objects.get(what="referral.pack_downloaded")
    assert (entry.verb, entry.actor_id, entry.recipient_id) == (
        "DOWNLOADED",
        str(somebody.pk),
        str(cast.council.pk),
    )


def test_the_agency_is_told_of_a_newer_version_without_a_word_of_it(cast, marked, mailoutbox):
    shared = share(marked, cast.council, cast.mina, sections=["concern"], people=[])
    Job.objects.all().delete()
    services.renew_share(share_id=shared.pk, sections=["risk"], people=[], reason="Asked.", by=cast.mina, at=NOW)

    jobs.run(job_id=Job.objects.get().pk, at=NOW.replace(year=2030))

    (mail,) = mailoutbox
    assert mail.to == [cast.pat.email]
    assert not marks_in((mail.subject + mail.body).lower())


@pytest.mark.django_db(transaction=True)
def test_two_newer_versions_at_the_same_moment_get_a_number_each():
    cast = make_cast()
    shared = Life(cast).shared()
    renew = partial(services.renew_share, share_id=shared.pk, people=[], reason="x", by=cast.mina, at=NOW)

    at_once(*[partial(renew, sections=[part]) for part in ("concern", "risk")])

    assert list(ShareSnapshot.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_cpi_form_is_shared_in_its_own_parts(client, cast, life):
    cpi = services.submit_complete_referral(
        kind=FormKind.CPI,
        answers={
            "topics": ["DRUGS"],
            "information": "zzcars",
            "who_else_knows": "zzsource",
            "lawful_basis": "PUBLIC_TASK",
        },
        people=[],
        key=uuid.uuid4(),
        by=cast.out,
        at=NOW,
    )
    services.decide_referral(
        referral_id=cpi.pk, level=1, pathway="INTELLIGENCE_ONLY", rationale="x" * 50, by=cast.mina, at=NOW
    )

    shared = share(cpi, cast.council, cast.mina, sections=["topic"], people=[])

    assert queries.shareable_sections(cpi)[:4] == list(SECTION_FIELDS[FormKind.CPI])
    assert marks_in(read_everywhere(client, cast.pat, shared)) == set()


def test_the_api_shares_the_parts_it_names_and_refuses_others(cast, marked):
    hub = Program(cast.mina)
    data = {"agency": str(cast.council.pk), "lawful_basis": "PUBLIC_TASK", "reason": "They know her."}

    assert hub.post("shares", marked.pk, data=data | {"sections": ["nonsense"]}).status_code == 409
    assert hub.post("shares", marked.pk, data=data | {"sections": ["concern"], "people": []}).status_code == 201
    read = Program(cast.pat).get("referral", marked.pk).json()

    assert set(read["ppn"]) == set(SECTION_FIELDS[FormKind.PPN]["concern"])
    assert (read["people"], read["types"], read["occurrence_number"]) == ([], [], "")
    assert Person.objects.filter(referral=marked).count() == 2

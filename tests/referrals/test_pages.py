"""Journeys through the pages, as a browser without JavaScript makes them."""

import uuid

import pytest
from django.urls import reverse

from audit.models import Entry
from referrals import services
from referrals.enums import MAY_BE_TOLD, Pathway, ReferralState, ShareState
from referrals.models import Person, Referral, Share
from tests.factories.accounts import UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW
from tests.referrals.conftest import CONCERN, REASONS

VERSION = "version"


def page(name, *args):
    return reverse(f"referrals:{name}", args=args)


def test_an_officer_writes_a_ppn_page_by_page_and_submits_it(client, cast):
    browser = client.signed_in(cast.olu)

    begun = browser.post(page("start"), {"kind": "PPN"})
    draft = Referral.objects.get()
    assert begun.url == page("section", draft.pk, "incident")
    pages = [
        ("incident", {"types": ["CHILD"], "occurrence_number": "99 000 12345", "place": "12 Imaginary Row"}),
        ("concern", {"concern": CONCERN, "subject_seen": "ALONE"}),
        ("daily-life", {"lived_experience": "Makes tea for a brother. " * 6, "voice": "“I keep the light on.”"}),
        ("needs-and-harm", {"needs": "A warm room.", "harm_level": "LIKELY", "harm": "Neglect."}),
        ("risk", {"risk_level": "3", "risk_rationale": REASONS}),
        ("sharing-and-consent", {"lawful_basis": "PUBLIC_TASK", "informed": "TOLD_AGREES"}),
        ("actions-and-ask", {"request_to_partner": "Please assess."}),
    ]
    version = 1
    for key, answers in pages:
        assert browser.get(page("section", draft.pk, key)).status_code == 200
        assert browser.post(page("section", draft.pk, key), answers | {VERSION: version}).status_code == 302
        version += 1
    added = browser.post(page("person_add", draft.pk), {"role": "SUBJECT", "given_names": "Fictitious"})
    person = Person.objects.get()
    assert added.url == page("person_more", draft.pk, person.pk)
    draft.refresh_from_db()
    more = browser.post(added.url, {"religion": "None", VERSION: draft.version})
    assert more.url == page("section", draft.pk, "people")
    check = browser.get(page("check", draft.pk))
    key = check.context["submission_key"]

    sent = browser.post(page("check", draft.pk), {"submission_key": key})
    again = browser.post(page("check", draft.pk), {"submission_key": key})

    draft.refresh_from_db()
    assert sent.url == again.url == page("sent", draft.pk)
    assert draft.state == ReferralState.RECEIVED
    assert draft.occurrence_number == "9900012345"
    assert draft.reference in browser.get(sent.url).content.decode()
    assert browser.get(page("mine")).context["page"].items == [draft]


def test_a_partner_writes_a_cpi_form(client, cast):
    browser = client.signed_in(cast.pat)
    assert browser.post(page("start"), {"kind": "CPI"}).url == page("start_information")
    browser.post(page("start_information"), {"situation": "INFORMATION"})
    draft = Referral.objects.get()

    topic = {"topics": ["DRUGS"], "event_on_0": "1", "event_on_1": "11", "event_on_2": "2020", VERSION: 1}
    browser.post(page("section", draft.pk, "topic"), topic)
    browser.post(page("section", draft.pk, "information"), {"information": "Fictitious cars call.", VERSION: 2})
    browser.post(page("section", draft.pk, "handling"), {"lawful_basis": "LEGITIMATE_INTERESTS", VERSION: 3})
    response = browser.post(page("check", draft.pk), {"submission_key": uuid.uuid4()})

    draft.refresh_from_db()
    assert response.url == page("sent", draft.pk)
    assert draft.reference.startswith("CPI-")
    assert str(draft.cpi.event_on) == "2020-11-01"


@pytest.mark.parametrize(
    ("situation", "words"),
    [("DANGER", "Call 999 now"), ("CRIME", "Call 101"), ("SAFEGUARDING", "Make a safeguarding referral")],
)
def test_what_a_cpi_form_is_not_for_is_sent_elsewhere_and_only_counted(client, cast, situation, words):
    response = client.signed_in(cast.pat).post(page("start_information"), {"situation": situation})

    counted = Entry.objects.get(what="referral.sent_elsewhere")
    assert words in response.content.decode()
    assert (counted.actor_id, counted.details) == (str(cast.pat.pk), {"situation": situation})
    assert not Referral.objects.exists()


def test_an_officer_without_the_right_to_write_information_cannot_begin_it(client, cast):
    assert client.signed_in(cast.lin).get(page("start_information")).status_code == 403


@pytest.mark.parametrize(
    ("key", "field", "other"), [("risk", "history_checked", "PNC"), ("actions-and-ask", "actions_taken", "ARREST")]
)
def test_none_is_ticked_alone(client, cast, life, key, field, other):
    draft = life.draft()
    browser = client.signed_in(cast.olu)

    both = browser.post(page("section", draft.pk, key), {field: ["NONE", other], VERSION: 2})
    alone = browser.post(page("section", draft.pk, key), {field: ["NONE"], VERSION: 2})

    assert (both.status_code, alone.status_code) == (422, 302)
    assert "only if nothing else applies" in both.content.decode()


def test_save_and_come_back_later_keeps_the_page_and_leaves(client, cast, life):
    draft = life.draft()

    response = client.signed_in(cast.olu).post(
        page("section", draft.pk, "concern"), {"concern": "Half a thought", VERSION: draft.version, "later": "yes"}
    )

    draft.refresh_from_db()
    assert response.url == page("mine")
    assert draft.ppn.concern == "Half a thought"


def test_a_change_from_check_answers_returns_there(client, cast, life):
    draft = life.draft()

    response = client.signed_in(cast.olu).post(
        page("section", draft.pk, "risk"), {"risk_level": "2", VERSION: draft.version, "from": "check"}
    )

    assert response.url == page("check", draft.pk)


def test_a_wrong_answer_is_shown_again_with_everything_typed(client, cast, life):
    draft = life.draft()
    typed = {
        "place": "12 Imaginary Row",
        "incident_at_0": "20",
        "incident_at_1": "11",
        "incident_at_2": "2099",
        "incident_at_3": "10:00",
        VERSION: draft.version,
    }

    response = client.signed_in(cast.olu).post(page("section", draft.pk, "incident"), typed)

    content = response.content.decode()
    assert response.status_code == 422
    assert "This is in the future." in content
    assert 'value="12 Imaginary Row"' in content
    assert "<title>Error: " in content


def test_autosave_answers_with_the_new_version(client, cast, life):
    draft = life.draft()

    response = client.signed_in(cast.olu).post(
        page("section", draft.pk, "concern"), {"concern": "More", VERSION: draft.version, "autosave": "1"}
    )

    assert response.json()["version"] == draft.version + 1
    assert set(response.json()) == {"version", "saved_at"}


def test_a_stale_page_shows_both_texts_and_either_can_be_kept(client, cast, life):
    draft = life.draft()
    services.save_section(
        referral_id=draft.pk, version=draft.version, answers={"concern": "From the laptop"}, by=cast.olu, at=NOW
    )
    browser = client.signed_in(cast.olu)

    stale = browser.post(page("section", draft.pk, "concern"), {"concern": "From the phone", VERSION: draft.version})

    content = stale.content.decode()
    assert stale.status_code == 409
    assert "From the laptop" in content
    assert "From the phone" in content
    assert Referral.objects.get(pk=draft.pk).ppn.concern == "From the laptop"
    kept = {"concern": "From the phone", VERSION: stale.context["form"].data[VERSION]}
    assert browser.post(page("section", draft.pk, "concern"), kept).status_code == 302
    assert Referral.objects.get(pk=draft.pk).ppn.concern == "From the phone"


def test_autosave_of_a_stale_page_changes_nothing(client, cast, life):
    draft = life.draft()

    response = client.signed_in(cast.olu).post(
        page("section", draft.pk, "concern"), {"concern": "Older", VERSION: 1, "autosave": "1"}
    )

    assert response.status_code == 409
    assert Referral.objects.get(pk=draft.pk).ppn.concern == CONCERN


def test_somebody_is_added_changed_and_removed(client, cast, life):
    draft = life.draft()
    browser = client.signed_in(cast.olu)

    browser.post(page("person_add", draft.pk), {"role": "SIBLING", "given_names": "Fictitious"})
    person = Person.objects.get()
    change = browser.get(page("person_change", draft.pk, person.pk)).context["form"].initial
    browser.post(
        page("person_change", draft.pk, person.pk), {"role": "SUBJECT", "given_names": "Fic", VERSION: change[VERSION]}
    )
    person.refresh_from_db()
    assert (person.role, person.given_names) == ("SUBJECT", "Fic")
    assert "Fic" in browser.get(page("section", draft.pk, "people")).content.decode()
    assert browser.get(page("person_remove", draft.pk, person.pk)).status_code == 200
    assert Person.objects.exists()
    browser.post(page("person_remove", draft.pk, person.pk), {VERSION: Referral.objects.get(pk=draft.pk).version})
    assert not Person.objects.exists()


def test_what_is_missing_is_named_and_linked_when_it_cannot_be_sent(client, cast, life):
    draft = life.draft(lawful_basis="")

    response = client.signed_in(cast.olu).post(page("check", draft.pk), {"submission_key": uuid.uuid4()})

    content = response.content.decode()
    assert response.status_code == 422
    assert page("section", draft.pk, "sharing-and-consent") in content
    assert page("section", draft.pk, "people") in content


def test_a_draft_is_discarded_after_one_question(client, cast, life):
    draft = life.draft()
    browser = client.signed_in(cast.olu)

    assert browser.get(page("discard", draft.pk)).status_code == 200
    browser.post(page("discard", draft.pk))

    draft.refresh_from_db()
    assert draft.state == ReferralState.DISCARDED
    assert list(browser.get(page("mine")).context["drafts"]) == []
    assert browser.get(page("detail", draft.pk)).status_code == 404


def test_the_hub_decides_and_shares_the_agency_rejects_and_the_referrer_reads_why(client, cast, life):
    referral = life.submitted()
    hub, agency, officer = (type(client)().signed_in(user) for user in (cast.mina, cast.pat, cast.olu))

    assert list(hub.get(page("queue")).context["page"]) == [referral]
    assert agency.get(page("detail", referral.pk)).status_code == 404
    hub.post(page("decide", referral.pk), {"level": "4", "pathway": "SECTION_17", "rationale": REASONS})
    assert hub.get(page("queue")).context["rows"] == []
    hub.post(
        page("share", referral.pk),
        {"agency": cast.council.pk, "lawful_basis": "PUBLIC_TASK", "reason": "They can assess.", "sections": "concern"},
    )
    share = Share.objects.get()
    assert [row.pk for row in agency.get(page("shared")).context["page"].items] == [share.pk]
    opened = agency.get(page("detail", referral.pk)).content.decode()
    assert "Why you can see this" in opened
    assert REASONS.strip() not in opened
    answer = {"answer_state": "REJECTED", "rejection_reason": "WRONG_AGENCY", "words": "The family has moved away."}
    agency.post(page("answer", referral.pk, share.pk), answer)

    referral.refresh_from_db()
    share.refresh_from_db()
    read_by_officer = officer.get(page("detail", referral.pk)).content.decode()
    assert (referral.state, share.state) == (ReferralState.ANSWERED, ShareState.REJECTED)
    assert share.first_opened_at is not None
    assert "The family has moved away." in read_by_officer
    assert "They can assess." not in read_by_officer
    assert "Rejected" in officer.get(page("mine")).content.decode()


def test_what_the_hub_decided_and_one_agency_answered_is_not_shown_to_another(client, cast, life):
    mine = life.shared()
    other = life.share(mine.referral, cast.elsewhere)
    words = {"rejection_reason": "DUPLICATE", "words": "The fictitious school has it already."}
    services.answer_share(share_id=other.pk, answer_state="REJECTED", by=cast.out, at=NOW, **words)

    def read_by(user):
        return type(client)().signed_in(user).get(page("detail", mine.referral_id)).content.decode()

    for user in (cast.pat, cast.lin):
        for private in (words["words"], cast.elsewhere.name, "Section 17", "Level 4"):
            assert private not in read_by(user)
    for user in (cast.olu, cast.mina):
        for told in (words["words"], cast.elsewhere.name, MAY_BE_TOLD[Pathway.SECTION_17].replace("'", "&#x27;")):
            assert told in read_by(user)
    assert "Section 17" in read_by(cast.mina)
    for private in ("Section 17", "Level 4"):
        assert private not in read_by(cast.olu)


def test_who_gave_information_is_told_to_the_hub_and_not_to_the_agency_it_is_shared_with(client, cast, life):
    information = ReferralFactory(kind="CPI", author=cast.out, hub=cast.police, state=ReferralState.DECIDED)
    life.share(information)

    def read_by(user):
        return type(client)().signed_in(user).get(page("detail", information.pk)).content.decode()

    assert cast.out.name in read_by(cast.mina)
    for private in (cast.out.name, cast.elsewhere.name):
        assert private not in read_by(cast.pat)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("decide", {"level": "1", "pathway": "NO_FURTHER_ACTION", "rationale": REASONS}),
        ("decide", {"level": "4", "pathway": "SECTION_17", "rationale": "Too short."}),
        ("share", {"lawful_basis": "PUBLIC_TASK", "reason": ""}),
    ],
)
def test_a_page_of_the_hub_keeps_what_was_typed_when_something_is_missing(client, cast, life, name, data):
    referral = life.decided()
    if name == "share":
        data = data | {"agency": cast.council.pk}

    response = client.signed_in(cast.mina).post(page(name, referral.pk), data)

    content = response.content.decode()
    form = response.context["form"]
    assert response.status_code == 422
    assert "There is a problem" in content
    assert {name: form[name].value() for name in data if name in form.fields} == {
        name: value for name, value in data.items() if name in form.fields
    }
    assert data.get("rationale", "") in content


def test_sharing_ends_and_the_page_of_the_agency_is_gone(client, cast, life):
    share = life.shared()
    hub, agency = (type(client)().signed_in(user) for user in (cast.mina, cast.pat))
    assert agency.get(page("detail", share.referral_id)).status_code == 200

    hub.post(page("end_share", share.referral_id, share.pk), {"reason": "Shared by mistake."})

    assert agency.get(page("detail", share.referral_id)).status_code == 404
    assert agency.get(page("answer", share.referral_id, share.pk)).status_code == 404
    assert agency.get(page("shared")).context["page"].items == []


def test_a_referral_is_closed_after_one_question(client, cast, life):
    referral = life.decided()
    browser = client.signed_in(cast.sam)

    assert browser.get(page("close", referral.pk)).status_code == 200
    browser.post(page("close", referral.pk))

    referral.refresh_from_db()
    assert referral.state == ReferralState.CLOSED


def test_a_move_that_is_not_allowed_is_refused_in_words(client, cast, life):
    referral = life.submitted()

    response = client.signed_in(cast.mina).post(
        page("share", referral.pk),
        {"agency": cast.council.pk, "lawful_basis": "PUBLIC_TASK", "reason": "They can assess.", "sections": "concern"},
        follow=True,
    )

    assert "Record a decision first" in response.content.decode()
    assert not Share.objects.exists()


def test_each_look_at_a_referral_is_recorded(client, cast, life):
    share = life.shared()

    client.signed_in(cast.pat).get(page("detail", share.referral_id))

    looks = Entry.objects.filter(what="referral.read")
    assert list(looks.values_list("actor_id", "object_id")) == [(str(cast.pat.pk), str(share.referral_id))]


def test_another_officer_sees_neither_draft_nor_referral(client, cast, life):
    draft, referral = life.draft(), life.submitted()
    stranger = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    browser = client.signed_in(stranger)

    assert browser.get(page("draft", draft.pk)).status_code == 404
    assert browser.get(page("check", draft.pk)).status_code == 404
    assert browser.get(page("detail", referral.pk)).status_code == 404
    assert browser.get(page("detail", uuid.uuid4())).status_code == 404


@pytest.mark.parametrize(("name", "who", "queries"), [("mine", "olu", 7), ("shared", "pat", 6)])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_a_list_does_not_grow(
    client, cast, life, django_assert_num_queries, rows, name, who, queries
):
    for _ in range(rows):
        life.draft()
        life.submitted()
        share = life.shared()
        services.answer_share(share_id=share.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
        life.shared()
    browser = client.signed_in(getattr(cast, who))
    browser.get(page(name))

    with django_assert_num_queries(queries):
        assert browser.get(page(name)).status_code == 200

"""An agency has exactly the files that it was given, until the sharing ends; what it was given, also in words, can be shown again."""

import hashlib
import io
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import RoleGrant
from audit.models import Entry
from referrals import permissions, queries, services
from referrals.enums import SECTION_FIELDS, FormKind, LawfulBasis
from referrals.forms import reading_of
from referrals.forms.sections import PPN_SECTIONS
from referrals.models import Person, Share, ShareSnapshot
from referrals.queries import shared as shared_queries
from referrals.tasks import note_verdict
from tests.api.programs import Program
from tests.files import PDF
from tests.people import NOW


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def attach(referral, by, name, found=""):
    content = PDF + name.encode()
    kept = services.attach_file(referral_id=referral.pk, name=name, file=io.BytesIO(content), by=by, at=NOW)
    if found is not None:
        note_verdict(attachment_id=kept.pk, found=found, at=timezone.now())
    return kept


@pytest.fixture
def files(cast, life):
    """A decided PPN with a file that the council is given, one that it is not, and one that nobody checked."""
    referral = life.decided()
    return referral, attach(referral, cast.olu, "given.pdf"), attach(referral, cast.mina, "kept.pdf")


def share(referral, cast, *given, **parts):
    values = {"sections": ["concern"], "people": []} | parts
    return services.share_referral(
        referral_id=referral.pk,
        agency=cast.council,
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        reason="They assess.",
        files=[file.pk for file in given],
        by=cast.mina,
        at=NOW,
        **values,
    )


def download(browser, file):
    return browser.get(reverse("referrals:file_download", args=[file.referral_id, file.pk]))


def test_the_agency_downloads_what_it_was_given_and_each_download_is_recorded(client, cast, files):
    referral, given, kept = files
    shared = share(referral, cast, given)
    browser = client.signed_in(cast.pat)

    page = browser.get(referral.get_absolute_url()).content.decode()
    got = download(browser, given)

    assert "given.pdf" in page
    assert "kept.pdf" not in page
    assert got.content == PDF + b"given.pdf"
    assert got["Content-Disposition"].startswith("attachment")
    assert download(browser, kept).status_code == 404
    entry = Entry.objects.get(what="attachment.downloaded")
    assert (entry.actor_id, entry.details["share"], entry.details["number"]) == (str(cast.pat.pk), str(shared.pk), 1)
    assert entry.details["sha256"] == hashlib.sha256(got.content).hexdigest()


def test_over_the_api_it_gets_the_same_and_not_who_added_it(cast, files):
    referral, given, kept = files
    share(referral, cast, given)
    program = Program(cast.pat)

    (row,) = program.get("attachments", referral.pk).json()

    assert (row["name"], row["added_by"]) == ("given.pdf", None)
    assert program.get("attachment_content", given.pk).content == PDF + b"given.pdf"
    assert program.get("attachment_content", kept.pk).status_code == 404
    assert len(Program(cast.olu).get("attachments", referral.pk).json()) == 2


def end(cast, shared, given):
    services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW)


def take_back(cast, shared, given):
    services.renew_share(
        share_id=shared.pk, sections=["concern"], people=[], files=[], reason="Too much.", by=cast.mina, at=NOW
    )


@pytest.mark.parametrize("deed", [end, take_back])
def test_after_the_end_or_without_it_in_the_newer_version_the_file_is_gone(client, cast, files, deed):
    referral, given, _ = files
    shared = share(referral, cast, given)

    assert permissions.can_open_attachment(cast.pat, given)
    deed(cast, shared, given)

    assert not permissions.can_open_attachment(cast.pat, given)
    assert download(client.signed_in(cast.pat), given).status_code == 404
    assert Program(cast.pat).get("attachment_content", given.pk).status_code == 404
    assert [file["name"] for file in ShareSnapshot.objects.get(number=1).content["files"]] == ["given.pdf"]


def test_a_newer_version_keeps_the_files_unless_others_are_chosen(cast, files):
    referral, given, kept = files
    shared = share(referral, cast, given)

    same = services.renew_share(share_id=shared.pk, sections=["risk"], people=[], reason="Asked.", by=cast.mina, at=NOW)
    other = services.renew_share(
        share_id=shared.pk, sections=["risk"], people=[], files=[kept.pk], reason="Asked.", by=cast.mina, at=NOW
    )

    assert (same.file_ids, other.file_ids) == ({given.pk}, {kept.pk})


def test_only_checked_files_of_this_referral_are_given(cast, life, files):
    referral, given, _ = files
    unchecked = attach(referral, cast.mina, "unchecked.pdf", found=None)
    elsewhere = attach(life.decided(), cast.olu, "elsewhere.pdf")

    for wrong in (unchecked, elsewhere):
        with pytest.raises(services.CannotShare, match="checked for malware"):
            share(referral, cast, given, wrong)
    assert not Share.objects.exists()


def test_no_other_agency_and_nobody_without_the_right_gets_it(client, cast, life, files):
    referral, given, _ = files
    share(referral, cast, given)
    life.share(referral, cast.elsewhere)

    for user in (cast.out, cast.cory, cast.pam):
        assert download(type(client)().signed_in(user), given).status_code == 404


def test_the_hub_chooses_files_on_the_page_and_the_pack_lists_them(client, cast, files):
    referral, given, kept = files
    browser = client.signed_in(cast.mina)
    address = reverse("referrals:share", args=[referral.pk])
    form = browser.get(address, {"agency": str(cast.council.pk)}).context["form"]
    assert sorted(label for _, label in form.fields["chosen_files"].choices) == ["given.pdf", "kept.pdf"]
    assert form["chosen_files"].initial == []
    browser.post(
        address,
        {
            "agency": str(cast.council.pk),
            "sections": ["concern"],
            "chosen_files": [str(given.pk)],
            "lawful_basis": "PUBLIC_TASK",
            "reason": "They assess.",
        },
    )
    shared = Share.objects.get()

    pack = browser.get(reverse("referrals:pack", args=[referral.pk, shared.pk]))
    shown = browser.get(reverse("referrals:given", args=[referral.pk, shared.pk, 1])).content.decode()

    paper = " ".join(page.extract_text() for page in PdfReader(BytesIO(pack.content)).pages)
    assert "given.pdf" in paper
    assert "kept.pdf" not in paper
    assert given.sha256[:20] in paper.replace("\n", "").replace(" ", "")
    assert "given.pdf" in shown
    assert Entry.objects.get(what="referral.shared").details["files"] == [str(given.pk)]


def test_what_was_given_reads_as_it_did_when_questions_are_renamed_or_removed(client, cast, life, monkeypatch):
    shared = share(life.decided(subject_seen="ALONE"), cast, sections=["concern"], people=None)
    snapshot = queries.last_snapshot(shared)

    def words():
        reading = reading_of(ShareSnapshot.objects.get(), shared.referral)
        return [(given.title, [(one.label, one.value) for one in given.answers]) for given in reading.parts], [
            (one.title, [(answer.label, answer.value) for answer in one.answers]) for one in reading.people
        ]

    before = words()
    page = next(page for page in PPN_SECTIONS if page.key == "concern")
    monkeypatch.setattr(page.form.base_fields["concern"], "label", "Renamed")
    monkeypatch.setitem(page.form.base_fields, "subject_seen", None)
    monkeypatch.setitem(SECTION_FIELDS[FormKind.PPN], "concern", {"harm": "Something else?"})
    monkeypatch.setattr(shared_queries, "title_of_part", lambda key: "Another title")
    monkeypatch.setattr(Person._meta.get_field("sex"), "verbose_name", "Another word")

    assert words() == before
    assert before[0][0][0] == "The concern"
    assert ("What happened, and what worries you?", snapshot.content["sections"]["concern"]["concern"]) in before[0][0][
        1
    ]
    assert snapshot.is_intact


def test_what_was_given_before_words_were_kept_reads_in_those_of_the_form(cast, life):
    shared = share(life.decided(), cast, sections=["concern", "risk"])
    snapshot = queries.last_snapshot(shared)
    with_words = reading_of(snapshot, shared.referral).parts

    del snapshot.content["words"], snapshot.content["files"]

    assert reading_of(snapshot, shared.referral).parts == with_words


@pytest.mark.parametrize(("sections", "risk"), [(["concern"], None), (["concern", "risk"], 2)])
def test_the_risk_level_is_read_only_where_that_part_was_given(client, cast, life, sections, risk):
    shared = share(life.decided(), cast, sections=sections)
    browser, program = client.signed_in(cast.pat), Program(cast.pat)

    page = browser.get(shared.referral.get_absolute_url()).content.decode()
    listed = browser.get(reverse("referrals:shared")).content.decode()

    assert ("Medium risk" in page) is (risk is not None)
    assert ("Medium" in listed) is (risk is not None)
    assert program.get("referral", shared.referral_id).json()["risk_level"] == risk
    assert program.get("referrals").json()["results"][0]["risk_level"] == risk


def test_the_source_of_a_cpi_form_is_given_only_when_it_is_ticked(cast, life):
    cpi = services.submit_complete_referral(
        kind=FormKind.CPI,
        answers={
            "topics": ["DRUGS"],
            "information": "Cars call.",
            "who_else_knows": "zzneighbour",
            "how_known": "TOLD_BY_PERSON",
            "conditions": "zzcondition",
            "lawful_basis": "PUBLIC_TASK",
        },
        people=[],
        key="8a5a3d0e-0000-4000-8000-000000000002",
        by=cast.out,
        at=NOW,
    )
    services.decide_referral(
        referral_id=cpi.pk, level=1, pathway="INTELLIGENCE_ONLY", rationale="x" * 50, by=cast.mina, at=NOW
    )

    usual = life.share(cpi)
    assert "zz" not in str(queries.last_snapshot(usual).content)
    assert "TOLD_BY_PERSON" not in str(queries.last_snapshot(usual).content)
    services.renew_share(share_id=usual.pk, sections=["source"], people=[], reason="Asked.", by=cast.mina, at=NOW)

    given = queries.last_snapshot(usual)
    assert given.content["sections"]["source"] == {"how_known": "TOLD_BY_PERSON", "who_else_knows": "zzneighbour"}
    (part,) = reading_of(given, cpi).parts
    assert part.title == "Where the information comes from"


@pytest.fixture
def nobody(cast):
    """Nobody of the council can sign in."""
    RoleGrant.objects.filter(user__agency=cast.council).delete()


def test_who_shares_is_warned_that_nobody_there_can_read_it_and_notes_to_whom_the_pack_was_given(
    client, cast, life, nobody
):
    referral = life.decided()
    browser = client.signed_in(cast.mina)
    asked = browser.get(reverse("referrals:share", args=[referral.pk]), {"agency": str(cast.council.pk)})
    assert "can sign in here" in asked.content.decode()
    shared = life.share(referral)
    address = reverse("referrals:hand_over", args=[referral.pk, shared.pk])
    page = browser.get(referral.get_absolute_url()).content.decode()
    assert "Nobody there can sign in" in page
    assert address in page

    assert browser.post(address, {"to": " "}).status_code == 422
    for _ in range(2):
        browser.post(address, {"to": "Ms Clerk, duty desk"})

    share_now = Share.objects.get()
    assert (share_now.handed_to, share_now.handed_by) == ("Ms Clerk, duty desk", cast.mina)
    entry = Entry.objects.get(what="share.handed_over")
    assert (entry.verb, entry.recipient_id, entry.details["number"]) == ("SHARED", str(cast.council.pk), 1)
    assert "Clerk" not in str(entry.details)
    assert "To Ms Clerk, duty desk" in browser.get(referral.get_absolute_url()).content.decode()


def test_where_somebody_can_sign_in_there_is_no_warning(client, cast, life):
    referral = life.decided()
    asked = client.signed_in(cast.mina).get(
        reverse("referrals:share", args=[referral.pk]), {"agency": str(cast.council.pk)}
    )

    assert "can sign in here" not in asked.content.decode()


@pytest.mark.parametrize("who", ["olu", "pat", "lin", "ada"])
def test_nobody_else_notes_a_pack_given_by_hand(cast, life, who):
    with pytest.raises(services.CannotShare):
        services.hand_over(share_id=life.shared().pk, to="Clerk", by=getattr(cast, who), at=NOW)


def test_the_database_refuses_half_a_record_of_a_pack_given_by_hand(cast, life):
    life.shared()

    with pytest.raises(IntegrityError, match="share_handed_over_says_who_when_and_to_whom"), transaction.atomic():
        Share.objects.update(handed_to="Clerk")

"""A module is logged, signed by the mentor and then by the line manager, and counts; a partner takes the last place of a session."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Booking
from tests.browser.conftest import OpenAs
from tests.factories.partners import SessionFactory
from tests.factories.training import ModuleVersionFactory, SkillFactory
from tests.people import make_cast
from training.models import ProfileAssignment, Signature, TrainingRecord

pytestmark = pytest.mark.django_db(transaction=True)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def sign(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_label("I have read the record").check()
    page.get_by_label("I confirm the statement above").check()
    page.get_by_label("Your full name").fill(name)
    page.get_by_role("button", name="Sign and record").click()


def test_a_module_counts_when_mentor_and_then_line_manager_have_signed(open_as: OpenAs) -> None:
    cast = make_cast()
    ModuleVersionFactory(module__force=cast.police, module__title="Recording calls")
    trainer = open_as(cast.tess, "/training/records/new/")
    trainer.get_by_label("Who did it?").fill("olu@example.org")
    trainer.get_by_label("Module", exact=True).select_option(label="Recording calls (version 1)")
    for part, value in (("Day", "2"), ("Month", "11"), ("Year", "2025")):
        trainer.get_by_label(part, exact=True).fill(value)
    trainer.get_by_label("Face to face").check()
    trainer.get_by_label("Evidence").fill("Explained three fictitious calls.")
    trainer.get_by_label("Mentor", exact=True).select_option(label="Moss Fictitious, MASH")
    trainer.get_by_label("Line manager", exact=True).select_option(label="Lin Fictitious, Testham Response")
    trainer.get_by_role("button", name="Log and ask for sign-off").click()
    heading(trainer, "Recording calls")
    record = TrainingRecord.objects.get()

    early = open_as(cast.lin, f"/training/records/{record.pk}/sign/")
    expect(early.get_by_text("The mentor signs first.")).to_be_visible()
    mentor = open_as(cast.moss, record.get_absolute_url(), width=320, javascript=False)
    sign(mentor, "Moss Fictitious")
    heading(mentor, "Recording calls")
    manager = open_as(cast.lin, record.get_absolute_url())
    sign(manager, "Somebody Else")
    expect(manager.get_by_role("alert")).to_be_visible()
    manager.get_by_label("Your full name").fill("Lin Fictitious")
    manager.get_by_role("button", name="Sign and record").click()
    heading(manager, "Recording calls")

    assert [one.signer.name for one in Signature.objects.order_by("signed_at")] == ["Moss Fictitious", "Lin Fictitious"]
    officer = open_as(cast.olu, "/training/")
    officer.get_by_role("link", name="Recording calls").first.click()
    expect(officer.get_by_text("Complete", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_trainer_makes_a_profile_and_sees_what_somebody_would_lack_in_it(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    for title in ("Recording calls", "Capacity", "Forced marriage"):
        ModuleVersionFactory(module__force=cast.police, module__title=title)
    SkillFactory(force=cast.police, name="Hearing adults")
    trainer = open_as(cast.tess, "/training/profiles/", width=width, javascript=javascript)
    trainer.get_by_role("button", name="Set up a profile").click()
    trainer.get_by_label("Name").fill("Adult safeguarding")
    trainer.get_by_role("group", name="Modules that everybody needs").get_by_label("Capacity").check()
    choose = trainer.get_by_role("group", name="Modules to choose from")
    for title in ("Recording calls", "Forced marriage"):
        choose.get_by_label(title).check()
    trainer.get_by_label("How many of those to choose from").fill("3")
    trainer.get_by_label("Skill: Hearing adults").select_option(label="Asked for: does it alone")
    trainer.get_by_role("button", name="Save the profile").click()
    expect(trainer.get_by_role("alert")).to_contain_text("no more can be needed than there are")
    expect(trainer.get_by_label("Name")).to_have_value("Adult safeguarding")
    trainer.get_by_label("How many of those to choose from").fill("1")
    trainer.get_by_role("button", name="Save the profile").click()
    heading(trainer, "Adult safeguarding")

    trainer.goto(f"/training/people/{cast.olu.pk}/")
    trainer.get_by_role("link", name="What would be missing in another profile?").click()
    trainer.get_by_label("Profile", exact=True).select_option(label="Adult safeguarding")
    trainer.get_by_role("button", name="Show", exact=True).click()
    heading(trainer, "What would be missing in another profile?")
    expect(trainer.get_by_text("3 of 3 would need something done.")).to_be_visible()
    for words in ("Capacity", "1 of 2 modules to choose from", "Hearing adults"):
        expect(trainer.get_by_role("listitem").filter(has_text=words).first).to_contain_text("Missing")
    assert not ProfileAssignment.objects.exists()


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_the_last_place_of_a_session_is_booked_and_is_gone_for_the_next(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    starts = (timezone.now() + timedelta(days=20)).replace(hour=12, minute=0, second=0, microsecond=0)
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=starts, capacity=1)
    first = open_as(cast.pat, "/partners/sessions/", width=width, javascript=javascript)
    late = open_as(cast.out, f"/partners/sessions/{session.pk}/book/check/", width=width, javascript=javascript)
    first.get_by_role("link", name=session.title).click()
    first.get_by_role("button", name="Book a place").click()
    heading(first, "Check your booking")
    first.get_by_role("button", name="Book the place").dblclick()
    heading(first, "Place booked")
    booking = Booking.objects.get()
    expect(first.get_by_text(booking.reference)).to_be_visible()

    late.get_by_role("button", name="Book the place").click()
    expect(late).to_have_title("Error: Check your booking - MASH Referral Quality - Wessex Vale Police (fictitious)")
    assert Booking.objects.get() == booking
    late.goto(session.get_absolute_url())
    expect(late.get_by_role("button", name="Book a place")).to_have_count(0)

"""A line manager names a deputy before they are away; the deputy signs on a telephone, without scripts."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.browser.test_journeys_supervision import fill_day, heading
from tests.factories.accounts import UserFactory
from tests.factories.training import TrainingRecordFactory
from tests.people import make_cast
from training.models import Signature

pytestmark = pytest.mark.django_db(transaction=True)


def name_deputy(page: Page, deputy: str, first: date, last: date) -> None:
    page.get_by_role("link", name="Deputies").click()
    page.get_by_role("button", name="Name a deputy").click()
    page.get_by_role("button", name="Name the deputy").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who signs in their place")
    page.get_by_label("Who signs in their place?").select_option(label=deputy)
    fill_day(page, "First day", first)
    fill_day(page, "Last day", last)
    page.get_by_role("button", name="Name the deputy").click()
    heading(page, "Deputies")


def test_a_deputy_signs_on_a_telephone_and_both_names_stand_on_the_record(open_as: OpenAs) -> None:
    cast = make_cast()
    ann = UserFactory(agency=cast.police, name="Ann Other", roles=["LINE_MANAGER"])
    with transaction.atomic():
        record = TrainingRecordFactory(
            person=cast.olu, trainer=cast.tess, mentor=cast.moss, line_manager=cast.lin, state="MENTOR_SIGNED"
        )
    today = timezone.localdate()
    manager = open_as(cast.lin, "/training/sign-offs/")
    name_deputy(manager, "Ann Other (line manager)", today, today + timedelta(days=3))
    expect(manager.get_by_text("Ann Other signs in your place as line manager")).to_be_visible()
    assert faults_of(manager) == []

    deputy = open_as(ann, "/", width=320, javascript=False)
    deputy.get_by_role("link", name="Training records to sign as line manager").click()
    expect(deputy.get_by_text("For Lin Fictitious, away until")).to_be_visible()
    deputy.get_by_role("link", name=str(record.module_version.module)).click()
    deputy.get_by_role("button", name="Sign", exact=True).click()
    heading(deputy, "Sign in the place of the line manager")
    deputy.get_by_label("I have read the record").check()
    deputy.get_by_label("I confirm the statement above").check()
    deputy.get_by_label("Your full name").fill("Ann Other")
    deputy.get_by_role("button", name="Sign and record").click()
    expect(deputy.get_by_text("Signed in the place of the line manager, Lin Fictitious")).to_be_visible()

    signed = Signature.objects.get(role="LINE_MANAGER")
    assert (signed.signer, signed.on_behalf_of) == (ann, cast.lin)

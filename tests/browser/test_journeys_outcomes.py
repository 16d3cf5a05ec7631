"""A trainer logs the outcomes of several people from one file, without scripts on a narrow screen and with them on a wide one."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenAs
from tests.factories.accounts import UserFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, make_cast
from training.models import ModulePrerequisite, OutOfOrder, TrainingRecord

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_file_is_looked_at_ticked_logged_and_leads_to_its_records(
    open_as: OpenAs, tmp_path: Path, width: int, javascript: bool
) -> None:
    cast = make_cast()
    basics, advanced = (
        ModuleVersionFactory(module__force=cast.police, module__title=title) for title in ("Basics", "Advanced")
    )
    ModulePrerequisite.objects.create(module=advanced.module, first=basics.module, set_at=NOW, set_by=cast.tess)
    another = UserFactory(agency=cast.police, email="another@example.org", name="Another Fictitious")
    signers = f"{cast.moss.email},{cast.lin.email}"
    lines = [
        "Collar number or e-mail,Module,Date completed,Result,Evidence,Mentor,Line manager",
        f"{cast.olu.email},Advanced,02/10/2026,PASS,Explained two fictitious calls.,{signers}",
        f"{another.email},Basics,02/10/2026,PASS,Explained two fictitious calls.,{signers}",
        f"{cast.olu.email},Basics,02/10/2026,FAIL,Could not explain it yet.,{signers}",
    ]
    file = tmp_path / "outcomes.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    page = open_as(cast.tess, "/training/sign-offs/", width=width, javascript=javascript)

    page.get_by_role("link", name="Outcomes from files").click()
    page.get_by_role("button", name="Choose a file").click()
    page.get_by_label("Excel workbook or CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("Nothing is logged yet.")).to_be_visible()
    expect(page.get_by_text("A fail is not recorded from a file")).to_be_visible()
    assert not TrainingRecord.objects.exists()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.get_by_label("Row 2: Olu Fictitious, Advanced").check()
    page.get_by_role("button", name="Log 1 row and what is ticked").click()

    expect(page.get_by_text("Logged: 2. There already: 0. Refused: 1.")).to_be_visible()
    assert OutOfOrder.objects.get().said_by == cast.tess
    page.get_by_role("row").filter(has_text="Another Fictitious").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Basics")).to_be_visible()

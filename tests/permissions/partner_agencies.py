"""Who gets which answer from the pages of partner agencies."""

from datetime import date
from typing import Any

from tests.factories.partners import AgencyContactFactory, AgencyPackageFactory, SharingAgreementFactory
from tests.people import Cast
from tests.permissions.rows import Row


def furnish(cast: Cast) -> dict[str, Any]:
    """The council with a contact, a package and an agreement that is out of date; the school with nothing."""
    AgencyPackageFactory(agency=cast.council, recorded_by=cast.tess)
    SharingAgreementFactory(
        agency=cast.council, signed_on=date(2022, 1, 1), review_on=date(2024, 1, 1), recorded_by=cast.tess
    )
    to_come = AgencyPackageFactory(
        agency=cast.elsewhere, valid_from=date(2099, 1, 1), valid_until=None, recorded_by=cast.tess
    )
    return {
        "agency_package_to_come": to_come,
        "agency_contact": AgencyContactFactory(agency=cast.council, changed_by=cast.tess, is_main=True),
    }


def council(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": cast.council.pk}


def school(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": cast.elsewhere.pk}


def contact(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": cast.council.pk, "contact_pk": things["agency_contact"].pk}


def to_come(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": cast.elsewhere.pk, "package_pk": things["agency_package_to_come"].pk}


BOTH = {"tess": 200, "cory": 200}
KEEPS = {"tess": 200, "cory": 403}
EMPTY = {"tess": 422, "cory": 422}

ROWS: list[Row] = [
    Row("partners:agencies", 403, {"tess": 200}),
    Row("partners:own_agency", 403, {"cory": 200}),
    Row("partners:agency", 404, BOTH, arguments=council, why="Trainers of the hub, and the agency's own coordinator"),
    Row("partners:agency", 404, {"tess": 200}, arguments=school),
    Row("partners:agency_contact_new", 404, BOTH, arguments=council),
    Row("partners:agency_contact_new", 404, EMPTY, method="POST", arguments=council),
    Row("partners:agency_contact_new", 404, {"tess": 422}, method="POST", arguments=school),
    Row("partners:agency_contact_change", 404, BOTH, arguments=contact),
    Row("partners:agency_contact_change", 404, EMPTY, method="POST", arguments=contact),
    Row("partners:agency_contact_remove", 404, BOTH, arguments=contact),
    Row(
        "partners:agency_package_withdraw", 404, {"tess": 200}, arguments=to_come, why="Of an agency that is not cory's"
    ),
    Row("partners:agency_package_withdraw", 404, {"tess": 302}, method="POST", arguments=to_come),
    Row("partners:agency_contact_remove", 404, {"tess": 302, "cory": 302}, method="POST", arguments=contact),
    *(
        row
        for name in ("agency_package", "agency_agreement", "agency_staff")
        for row in (
            Row(f"partners:{name}", 404, KEEPS, arguments=council),
            Row(f"partners:{name}", 404, {"tess": 422, "cory": 403}, method="POST", arguments=council),
        )
    ),
]

"""Rows for the pages and the API of incidents."""

from typing import Any

from tests.factories.referrals import IncidentFactory, IncidentImportFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

IMPORTERS = {"sam": 200, "ana": 200}
NO_FILE = {"sam": 422, "ana": 422}


def furnish(cast: Cast) -> dict[str, Any]:
    """An incident of the force, and an import with a refused row."""
    IncidentFactory(force=cast.police, district=cast.district)
    return {"incidents_import": IncidentImportFactory(force=cast.police, by=cast.ana, refused=1)}


def imported(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["incidents_import"].pk}


def batch(cast: Cast, things: Things) -> dict[str, Any]:
    return {"incidents": [{"occurrence_number": "1"}]}


ROWS = [
    Row("referrals:incidents", 403, IMPORTERS),
    Row("referrals:incidents_import", 403, IMPORTERS),
    Row("referrals:incidents_import", 403, NO_FILE, method="POST", why="no file was chosen"),
    Row("referrals:incident_imports", 403, IMPORTERS),
    Row("referrals:incident_import", 404, IMPORTERS, arguments=imported),
    Row("referrals:incident_import_refusals", 404, IMPORTERS, arguments=imported),
    Row("api:root", 200, anonymous=401),
    Row("api:incidents", 403, IMPORTERS, anonymous=401),
    Row("api:incidents", 403, {"sam": 201, "ana": 201}, method="POST", data=batch, anonymous=401),
]

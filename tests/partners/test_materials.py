"""Files of a session: for whom, when, and what becomes of one that the scanner does not like."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from common.uploads import CannotTakeFile
from partners.models import Session, SessionMaterial
from partners.services import materials as services
from partners.tasks import note_verdict
from tests.factories.partners import BookingFactory, SessionFactory
from tests.people import NOW, Cast
from tests.reading import text_of

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess} | fields)


def add(cast: Cast, session: Session, **fields) -> SessionMaterial:
    given = {"time": "BEFORE", "name": "Before.pdf", "file": io.BytesIO(PDF), "by": cast.tess, "at": NOW} | fields
    return services.add_material(session_id=session.pk, **given)


def checked(material: SessionMaterial, found: str = "") -> SessionMaterial:
    note_verdict(material_id=material.pk, found=found, at=NOW)
    material.refresh_from_db()
    return material


def test_a_file_is_kept_once_and_opened_only_once_it_was_called_clean(cast):
    session = own_session(cast)
    material = add(cast, session)
    assert add(cast, session) == material

    with pytest.raises(services.CannotHandOutMaterial, match="being checked"):
        services.hand_out_material(material_id=material.pk, by=cast.tess, at=NOW)
    checked(material)
    assert services.hand_out_material(material_id=material.pk, by=cast.tess, at=NOW) == PDF
    assert list(Entry.objects.order_by("at", "pk").values_list("what", flat=True))[-1] == "partners.material_downloaded"


def test_a_file_in_which_something_was_found_is_removed(cast):
    material = checked(add(cast, own_session(cast)), found="Fictitious.Malware")
    assert (material.state, material.file.name) == ("INFECTED", "")
    with pytest.raises(services.CannotHandOutMaterial):
        services.hand_out_material(material_id=material.pk, by=cast.tess, at=NOW)


def test_before_is_for_who_is_booked_and_after_for_who_was_there(cast):
    session = own_session(cast, state="HELD", starts_at=NOW - timedelta(days=2))
    before, after = add(cast, session), add(cast, session, time="AFTER")
    BookingFactory(session=session, user=cast.pat, state="PRESENT")
    BookingFactory(session=session, user=cast.out, state="ABSENT")

    def open_to(user) -> set:
        return set(SessionMaterial.objects.open_to(user, session))

    assert open_to(cast.tess) == open_to(cast.pat) == {before, after}
    assert open_to(cast.out) == {before}
    assert open_to(cast.cory) == set()
    checked(after)
    with pytest.raises(services.CannotHandOutMaterial, match="not yours"):
        services.hand_out_material(material_id=after.pk, by=cast.out, at=NOW)


def test_what_is_no_document_is_told_beside_its_field(client, cast):
    session = own_session(cast)
    with pytest.raises(CannotTakeFile):
        add(cast, session, file=io.BytesIO(b"MZ a program"))
    client.signed_in(cast.tess)
    file = SimpleUploadedFile("a.pdf", b"MZ a program")
    response = client.post(reverse("partners:material_new", args=[session.pk]), {"time": "AFTER", "file": file})
    assert response.status_code == 422
    assert "#id_file" in response.content.decode()
    assert not SessionMaterial.objects.exists()


@pytest.mark.parametrize("name", ["pat", "cory", "sam"])
def test_only_trainers_of_the_force_keep_files(cast, name):
    session = own_session(cast)
    material = add(cast, session)
    with pytest.raises(services.CannotKeepMaterial):
        add(cast, session, by=getattr(cast, name))
    with pytest.raises(services.CannotKeepMaterial):
        services.remove_material(material_id=material.pk, by=getattr(cast, name), at=NOW)
    services.remove_material(material_id=material.pk, by=cast.tess, at=NOW)
    assert not SessionMaterial.objects.exists()


def test_whoever_is_booked_finds_the_files_on_their_booking_and_opens_them_whatever_their_role(client, cast):
    session = own_session(cast)
    material, waiting = add(cast, session), add(cast, session, file=io.BytesIO(PDF + b"more"), name="Not checked.pdf")
    checked(material)
    booking = BookingFactory(session=session, user=cast.pam, booked_by=cast.cory)  # a panel member books nothing
    address, unchecked = (reverse("partners:material", args=[session.pk, one.pk]) for one in (material, waiting))

    client.signed_in(cast.pam)
    page = client.get(booking.get_absolute_url())
    assert address in page.content.decode()
    assert "Not checked.pdf: being checked" in text_of(page)
    assert b"".join(client.get(address)) == PDF
    assert client.get(unchecked)["Location"] == booking.get_absolute_url()
    assert "cannot be opened" in text_of(client.get(booking.get_absolute_url()))

    page = client.signed_in(cast.cory).get(booking.get_absolute_url())
    assert address not in page.content.decode(), "files are for who is booked, not for who booked"
    for stranger in (cast.cory, cast.out, cast.olu):
        assert client.signed_in(stranger).get(address).status_code == 404

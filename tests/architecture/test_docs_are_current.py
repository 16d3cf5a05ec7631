"""Pages that are made from code say what the code says."""

from django.conf import settings

from devtools.generated_docs import out_of_date


def test_the_documents_made_from_code_are_current() -> None:
    assert out_of_date(settings.BASE_DIR / "docs") == [], "run manage.py write_docs"

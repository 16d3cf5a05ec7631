"""Pages that are made from code say what the code says; each dependency has its reason."""

import json
import re
import tomllib

from django.conf import settings

from devtools.generated_docs import out_of_date


def test_the_documents_made_from_code_are_current() -> None:
    assert out_of_date(settings.BASE_DIR / "docs") == [], "run manage.py write_docs"


def test_each_dependency_has_a_line_that_says_why_it_is_there() -> None:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = [*project["project"]["dependencies"], *sum(project["dependency-groups"].values(), [])]
    declared = {re.split(r"[\[<>=~ ]", requirement)[0] for requirement in requirements}
    declared |= set(json.loads((settings.BASE_DIR / "package.json").read_text(encoding="utf-8"))["dependencies"])

    table = (settings.BASE_DIR / "docs" / "adr" / "0009-dependencies.md").read_text(encoding="utf-8")
    without_extras = re.sub(r"`\[.*?\]`", "", table)
    rows = [line.split("|")[1] for line in without_extras.splitlines() if line.startswith("| ")]
    explained = {name.split()[0] for row in rows for name in row.split(",")} - {"package", "---"}

    assert explained == declared

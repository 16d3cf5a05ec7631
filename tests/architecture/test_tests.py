"""How the tests are run."""

import os

import pytest


@pytest.mark.xdist_group("services")
def test_tests_of_one_group_are_handed_to_one_process(request: pytest.FixtureRequest) -> None:
    """The group stands in the name by which tests are handed out; versions of pytest and of xdist that disagree leave it away."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("These tests are not spread over processes.")

    assert request.node.nodeid.endswith("@services")

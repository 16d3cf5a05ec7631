"""Where the tests of the API start."""

import pytest

from tests.people import Cast
from tests.referrals.conftest import Life


@pytest.fixture
def life(cast: Cast) -> Life:
    return Life(cast)

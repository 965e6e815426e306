"""Real processes and real sockets, on both engines: short in `make test`, at full length in `make soak`."""

import os

import pytest

from tests.soak.served import founded

IS_FULL = os.environ.get("FEDBLOG_SOAK") == "full"


@pytest.fixture
async def served(databases, tmp_path):
    """A founded blog whose server does not run yet."""
    async with founded(await databases.migrated(), tmp_path) as made:
        yield made

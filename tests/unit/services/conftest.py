"""A blog that receives, on both engines."""

import pytest

from tests.fediverse.receiver import receiver_in


@pytest.fixture
async def blog(box, databases):
    """A fresh blog in it."""
    async with receiver_in(box, await databases.migrated()) as made:
        yield made

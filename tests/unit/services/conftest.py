"""A blog that receives, on both engines, in a box with two other servers."""

import pytest

from tests.fediverse import Peer
from tests.fediverse.receiver import receiver_in


@pytest.fixture
async def blog(box, databases):
    """A fresh blog in it."""
    async with receiver_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
def lake(box):
    return Peer(box, "lake.example")


@pytest.fixture
def bob(lake):
    return lake.person("bob")

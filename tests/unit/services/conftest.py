"""A blog that receives, on both engines, in a box with two other servers."""

import pytest

from tests.fediverse import Box, Peer
from tests.fediverse.receiver import receiver_in


@pytest.fixture
def box():
    """An empty fediverse."""
    return Box()


@pytest.fixture
async def blog(box, databases):
    """A fresh blog in it."""
    async with receiver_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
def pond(box):
    return Peer(box, "pond.example")


@pytest.fixture
def lake(box):
    return Peer(box, "lake.example")


@pytest.fixture
def ada(pond):
    return pond.person("ada")


@pytest.fixture
def bob(lake):
    return lake.person("bob")

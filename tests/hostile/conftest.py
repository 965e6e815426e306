"""A blog in a box for those who attack it from outside, on both engines."""

import pytest

from tests.fediverse import Box, Peer
from tests.fediverse.blog import blog_in


@pytest.fixture
def box():
    """An empty fediverse."""
    return Box()


@pytest.fixture
async def blog(box, databases):
    """A fresh blog in it."""
    async with blog_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
def pond(box):
    """A server with shared inbox."""
    return Peer(box, "pond.example")


@pytest.fixture
def ada(pond):
    """A person there."""
    return pond.person("ada")

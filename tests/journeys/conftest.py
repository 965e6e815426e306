"""A blog in a box, on both engines."""

import pytest

from tests.fediverse.blog import blog_in


@pytest.fixture
async def blog(box, databases):
    """A fresh blog in it."""
    async with blog_in(box, await databases.migrated()) as made:
        yield made

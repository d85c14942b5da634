from collections.abc import Iterator

import pytest

from tests.support.world import World, world_on


@pytest.fixture
def world(database: str) -> Iterator[World]:
    """A portal without the web, on each kind of database."""
    with world_on(database) as made:
        yield made

"""N02, a name that changes its mind between the check and the connection.

Known case: Fedify 0.9.3 and 0.10.2 (DNS rebinding).
Verdict: a name is asked once, and the connection goes to the address that was checked.
"""

import itertools

import pytest

from fedblog.errors import BadAnswer
from tests.hostile.where_we_connect.doors import ACTOR, assert_refused_everywhere
from tests.unit.net.fakes import (
    PUBLIC,
    Clock,
    fake_net,
    reply,
)


@pytest.mark.checklist(row=40)
async def test_a_name_that_changes_its_mind_is_asked_once_and_connected_to_where_it_was_checked():
    answers = itertools.chain([(PUBLIC,)], itertools.repeat(("127.0.0.1",)))

    async def rebinding(_):
        return next(answers)

    clock = Clock()
    net, transport = fake_net(reply(302, location="/next"), resolve=rebinding, clock=clock)
    with pytest.raises(BadAnswer, match="more than 3 times"):
        await net.get_json(ACTOR)
    assert set(transport.addresses) == {(PUBLIC,)}
    clock.seconds = 3600
    connections = len(transport.requests)
    await assert_refused_everywhere(net, ACTOR)
    assert len(transport.requests) == connections
    await net.aclose()

"""What a proof saves: the worker asks for nothing but the actor."""

from tests.journeys.test_proofs import asked_of, prover_of


async def test_a_proven_reply_costs_no_request_for_it(blog, ada, bob):
    post = await blog.publish()
    await blog.hear(bob, bob.activity("Follow", blog.actor_id))
    author = prover_of(ada)
    verdict, why = await blog.hear(bob, author.create("<p>Proven.</p>", post))
    assert (verdict, why.partition(" (")[2]) == ("accepted", "forwarded with its actor's proof)"), why
    assert set(asked_of(blog.box)) == {"/users/ada"}
    before = asked_of(blog.box)
    await blog.hear(bob, author.create("<p>Another.</p>", post))
    assert asked_of(blog.box) == before

-- Looking back: receipts of deliveries, verdicts of the inbox, and whom the author trusts.

-- The server that the proven signer lives on.
ALTER TABLE inbox_event ADD COLUMN host TEXT NOT NULL DEFAULT '';
UPDATE inbox_event SET host = COALESCE((SELECT a.host FROM actor a WHERE a.actor_id = inbox_event.signer), '');
CREATE INDEX inbox_event_ledger ON inbox_event (blog_pk, pk, verdict, type);
CREATE INDEX inbox_event_by_host ON inbox_event (host, pk);
-- Of what was decided only: the worker pays for them, not who waits for a 202.
CREATE INDEX inbox_event_by_activity ON inbox_event (activity_id) WHERE ended_at IS NOT NULL;
CREATE INDEX inbox_event_by_object ON inbox_event (object_id) WHERE ended_at IS NOT NULL;

-- What an event's verdict was before the author let it be processed again.
CREATE TABLE earlier_verdict (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    event_pk {int} NOT NULL REFERENCES inbox_event (pk),
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    ended_at {int} NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at {int} NOT NULL
){strict};
CREATE INDEX earlier_verdict_by_event ON earlier_verdict (event_pk);

-- Only for those who ask for it by the words `pk > 0`: it must not tempt the claim, which groups by host.
CREATE INDEX delivery_of_host ON delivery (host, pk) WHERE pk > 0;
CREATE INDEX delivery_not_delivered ON delivery (state, pk) WHERE state IN ('gave_up', 'cancelled');

-- Tries that a delivery's own row does not tell of (any more): those that failed, and what came before a resend.
CREATE TABLE delivery_try (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    delivery_pk {int} NOT NULL REFERENCES delivery (pk),
    tried_at {int} NOT NULL,
    status {int},
    error TEXT NOT NULL
){strict};
CREATE INDEX delivery_try_by_delivery ON delivery_try (delivery_pk);
CREATE INDEX delivery_try_by_age ON delivery_try (tried_at);

-- Whom the author trusts as if a comment of theirs had been shown: an actor id or a host. The comment that was
-- accepted with it, and what it was before, so that it can be undone.
CREATE TABLE trust (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at {int} NOT NULL,
    comment_pk {int} REFERENCES comment (pk),
    comment_state TEXT NOT NULL,
    comment_rule TEXT NOT NULL,
    UNIQUE (blog_pk, kind, value)
){strict};

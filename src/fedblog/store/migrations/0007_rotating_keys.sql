-- A key that was announced takes the place of the one in use at `takes_over_at`, and has no such time any more
-- once it is in use. A retired key stays in the actor's document, so that what it proved still verifies, until
-- `unlisted_at`.
ALTER TABLE own_key ADD COLUMN takes_over_at {int};
ALTER TABLE own_key ADD COLUMN unlisted_at {int};
CREATE INDEX own_key_by_actor ON own_key (actor_pk);

-- What others brought with its actor's proof and was believed: it counts once, whoever brings it again.
CREATE TABLE used_proof (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    used_at {int} NOT NULL,
    PRIMARY KEY (actor_id, activity_id, blog_pk)
){strict};
CREATE INDEX used_proof_by_age ON used_proof (used_at);

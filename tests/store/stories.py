"""What several door tests do with the counter table."""

INSERT = "INSERT INTO counter (name, n) VALUES (?, ?)"
NAMES = "SELECT name FROM counter WHERE name NOT LIKE 'first%' ORDER BY pk"


async def names(store):
    return [row["name"] for row in await store.reader.all(NAMES)]


def inserting(name, n=0, *topics):
    async def work(db):
        await db.run(INSERT, name, n)
        db.touch(*topics)

    return work

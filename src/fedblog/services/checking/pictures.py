"""Are the blog's own files served as what they are?"""

from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import Round
from fedblog.services.documents import media_url
from fedblog.store import health
from fedblog.store.health import MediaFile

SUBJECT = "media"
_MOST_ASKED = 2


async def check_media(around: Round) -> list[Finding]:
    """Ask for the newest files."""
    files = await health.newest_media(around.shop.store.reader, around.blog.pk, _MOST_ASKED)
    replies = [await around.get(media_url(around.blog, file.name), "image/*") for file in files]
    found = [bad for file, reply in zip(files, replies, strict=True) if (bad := judge_file(file, reply))]
    words = "Pictures come as they are." if files else "There are no pictures yet."
    return found or [ok(SUBJECT, words)]


def judge_file(file: MediaFile, reply: Reply) -> Finding | None:
    """What is wrong with how a file came; None when nothing is."""
    stands = obstacle(SUBJECT, f"The picture {file.name}", reply)
    if stands:
        return stands
    if reply.status != 200:
        what = f"The picture {file.name} is not served (status {reply.status}, server: {reply.who})."
        return problem(SUBJECT, what, "Hand /media/ on to fedblog.", Whose.YOUR_PROXY)
    if reply.media_type != file.media_type:
        what = f"The picture {file.name} comes as {reply.media_type or 'no type'}, and is {file.media_type}."
        return problem(SUBJECT, what, "Leave types to fedblog: many servers drop it so.", Whose.YOUR_PROXY)
    if len(reply.body) != file.size:
        what = f"The picture {file.name} comes with {len(reply.body):,} bytes in place of {file.size:,}: it is changed."
        return warning(SUBJECT, what, "Switch off what rewrites pictures on the way.", Whose.YOUR_PROXY)
    return None

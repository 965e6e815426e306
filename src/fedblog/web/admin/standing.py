"""Pin a post, or share it again; and take either back."""

from starlette.responses import Response

from fedblog.services import pinning, sharing
from fedblog.web.admin import going
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit

_DEEDS = {
    "pin": (pinning.pin, "pinned"),
    "unpin": (pinning.unpin, "unpinned"),
    "share": (sharing.share, "shared"),
    "unshare": (sharing.unshare, "unshared"),
}


async def act(visit: Visit, _: Submission) -> Response:
    """Do what the last part of the address says."""
    deed, done = _DEEDS[visit.request.scope["path"].rpartition("/")[2]]
    await deed(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(f"/admin/posts/{visit.pk()}", done)


routes = [on(f"/admin/posts/{{pk:int}}/{name}", post=act) for name in _DEEDS]

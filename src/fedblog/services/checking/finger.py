"""The WebFinger loop: from the handle to the actor, and to no other."""

from fedblog.ap.media_types import JRD_JSON
from fedblog.ap.webfinger import Acct, Jrd, query_url, read_jrd
from fedblog.domain.blog import Blog
from fedblog.errors import Invalid
from fedblog.services.checking import advice
from fedblog.services.checking.documents import json_of
from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import Round

SUBJECT = "webfinger"
_TYPES = frozenset({JRD_JSON, "application/json"})


async def check_webfinger(around: Round) -> list[Finding]:
    """Ask for the handle where its domain says, as the search box of any server does."""
    blog = around.blog
    url = query_url(Acct(blog.handle, blog.handle_domain), around.origin.scheme)
    return [judge_webfinger(blog, around.us.actor_id, await around.follow(url, f"{JRD_JSON}, application/json"))]


def judge_webfinger(blog: Blog, actor_id: str, replies: list[Reply]) -> Finding:
    """What the answers say, the last one after all redirects."""
    last, asked = replies[-1], f"The account {blog.full_handle}"
    is_elsewhere = blog.handle_domain != blog.base_url.partition("://")[2]
    is_of_other_domain = is_elsewhere and (len(replies) == 1 or bool(last.trouble))
    stands = None if is_of_other_domain else obstacle(SUBJECT, asked, last)
    if stands:
        return stands
    jrd = _jrd_of(last)
    if jrd is None or last.status != 200:
        return _not_found(blog, last, is_redirected=len(replies) > 1, is_elsewhere=is_elsewhere)
    if jrd.actor_id != actor_id:
        what = f"{asked} leads to {jrd.actor_id or 'no actor'}, and not to {actor_id}."
        return problem(SUBJECT, what, "Nobody can follow the blog by its handle.", *_lines(blog, is_elsewhere))
    if str(jrd.subject or "") != blog.address.lower():
        what = f"{asked} is answered with the account {jrd.subject or '?'}: other servers will show that name."
        return problem(SUBJECT, what, "Serve the answer of this blog there.", *_lines(blog, is_elsewhere))
    if last.media_type not in _TYPES:
        what = f"{asked} is answered with the type {last.media_type or 'none'}; some servers insist on {JRD_JSON}."
        return warning(SUBJECT, what, f"Serve it as {JRD_JSON}.", Whose.YOUR_PROXY)
    way = " by way of its own domain" if is_elsewhere else ""
    return ok(SUBJECT, f"{blog.full_handle} leads to the blog's actor{way}.")


def _not_found(blog: Blog, last: Reply, *, is_redirected: bool, is_elsewhere: bool) -> Finding:
    asked = f"The account {blog.full_handle} is not found at {blog.handle_domain}"
    said = last.trouble or f"status {last.status}, {last.media_type or 'no type'}"
    if is_elsewhere and is_redirected:
        what = f"{asked}, although that domain redirects ({said}): the query is lost on the way."
        return problem(SUBJECT, what, "Redirect with the query.", *_lines(blog, is_elsewhere))
    if is_elsewhere:
        what = f"{asked} ({said}): that domain must lead to this blog."
        return problem(SUBJECT, what, "Put these lines there.", *_lines(blog, is_elsewhere))
    what = f"{asked} ({said}): something else answers /.well-known/webfinger."
    return problem(SUBJECT, what, "Hand /.well-known/ on to fedblog whole.", Whose.YOUR_PROXY)


def _lines(blog: Blog, is_elsewhere: bool) -> tuple[Whose, tuple[str, ...]]:
    if not is_elsewhere:
        return Whose.YOUR_PROXY, ()
    lines = advice.redirects_for(blog.handle_domain, blog.base_url)
    return Whose.YOU, tuple(line.replace("HANDLE", blog.address) for line in lines)


def _jrd_of(reply: Reply) -> Jrd | None:
    document = json_of(reply)
    try:
        return read_jrd(document) if document else None
    except Invalid:
        return None

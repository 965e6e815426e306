"""NodeInfo, by which other servers tell what runs here."""

from typing import Any

from fedblog.services.checking.documents import json_of
from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import Round

SUBJECT = "nodeinfo"
_JSON = "application/json"
_PATH = "/.well-known/nodeinfo"


async def check_nodeinfo(around: Round) -> list[Finding]:
    """The links, and the document behind one."""
    links = await around.get(f"{around.blog.base_url}{_PATH}", _JSON)
    address = link_in(json_of(links), around.blog.base_url)
    document = await around.get(address, _JSON) if address else None
    return [judge_nodeinfo(links, document)]


def judge_nodeinfo(links: Reply, document: Reply | None) -> Finding:
    """What other servers make of it; `document` is None where no link leads to one here."""
    stands = obstacle(SUBJECT, f"The address {_PATH}", links)
    if stands:
        return stands
    if document is None:
        what = f"Something else answers {_PATH} (status {links.status}, {links.media_type or 'no type'})."
        return problem(SUBJECT, what, "Hand /.well-known/ on to fedblog whole.", Whose.YOUR_PROXY)
    software = json_of(document).get("software")
    name = software.get("name") if isinstance(software, dict) else None
    if document.status != 200 or name != "fedblog":
        what = f"The NodeInfo document does not come through (status {document.status or document.trouble})."
        return warning(SUBJECT, what, "Hand /nodeinfo/ on to fedblog.", Whose.YOUR_PROXY)
    return ok(SUBJECT, "Other servers can tell what runs here.")


def link_in(links: dict[str, Any], base_url: str) -> str:
    """The first link to a NodeInfo document of this blog; "" where there is none."""
    listed = links.get("links")
    for link in listed if isinstance(listed, list) else ():
        href = link.get("href") if isinstance(link, dict) else None
        if isinstance(href, str) and href.startswith(f"{base_url}/nodeinfo/"):
            return href
    return ""

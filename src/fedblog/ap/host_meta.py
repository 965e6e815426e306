"""host-meta (RFC 6415): where WebFinger is, for those who still ask."""

from html import escape  # xml.sax would bring urllib.request, http.client and email into every server
from typing import Final

from fedblog.ap.media_types import JRD_JSON
from fedblog.ap.vocabulary import Document
from fedblog.ap.webfinger import PATH

XRD_TYPE: Final = "application/xrd+xml"


def host_meta_xml(base_url: str) -> str:
    """The document in XML, with its one `lrdd` template."""
    link = f'<Link rel="lrdd" type="{escape(JRD_JSON)}" template="{escape(_template(base_url))}"/>'
    namespace = "http://docs.oasis-open.org/ns/xri/xrd-1.0"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="{namespace}">\n  {link}\n</XRD>\n'


def host_meta_json(base_url: str) -> Document:
    """The same in JSON."""
    return {"links": [{"rel": "lrdd", "type": JRD_JSON, "template": _template(base_url)}]}


def _template(base_url: str) -> str:
    return f"{base_url.rstrip('/')}{PATH}?resource={{uri}}"

"""What this machine cannot see itself, to be run elsewhere: curl lines with the answers to expect."""

from urllib.parse import quote

from fedblog.domain.blog import Blog


def curl_lines(blog: Blog, actor_id: str) -> tuple[str, ...]:
    """Run these on another machine, outside of your network."""
    origin = blog.base_url
    handle_origin = f"{origin.partition('://')[0]}://{blog.handle_domain or origin.partition('://')[2]}"
    account = quote(f"acct:{blog.address}", safe="")
    return (
        "On any machine outside of your network:",
        f"curl -sI {origin}/ | head -1",
        "  must say 200",
        f"curl -sL '{handle_origin}/.well-known/webfinger?resource={account}'",
        f'  must be JSON that holds "href":"{actor_id}"',
        f"curl -s -H 'Accept: application/activity+json' {actor_id}",
        f'  must be JSON that holds "id":"{actor_id}"',
        f"curl -s -o /dev/null -w '%{{http_code}}\\n' -H 'Content-Type: text/plain' -d x {origin}/inbox",
        "  must say 415: so fedblog itself answers there",
    )

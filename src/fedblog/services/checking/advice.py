"""Lines to put into a proxy, and texts to send to a host. They say what deploy/ does."""

KEEP_HOST = (
    "nginx:  proxy_set_header Host $http_host;",
    "Caddy:  reverse_proxy 127.0.0.1:8000   (hands Host on by itself; take away any header_up Host)",
    "Apache: ProxyPreserveHost On",
)

NO_CACHE = (
    "nginx:  proxy_cache off;   (and no fastcgi_cache or expires in this server)",
    "Caddy:  no cache plug-in in this site",
    "A CDN:  a rule that bypasses its cache for this host, or at least wherever Accept holds application/activity+json",
    (
        "To send: My site answers one address with a page or with an ActivityPub document, by the Accept header, and "
        "says so with Vary: Accept. Your cache mixes the two. Please keep this host out of the page cache."
    ),
)

KEEP_VARY = (
    "nginx:  no proxy_hide_header Vary;",
    "Caddy:  no header -Vary",
    "To send: Please hand on the header Vary: Accept as my site sends it.",
)

KEEP_ACCEPT = (
    "nginx:  no proxy_set_header Accept …;",
    "Caddy:  no header_up Accept …",
    "To send: Please hand on the Accept header of requests as it comes, and leave the choice of the form to my site.",
)

NO_ROBOT_CHECK = (
    (
        "To send: My site talks with other servers (ActivityPub). They come as programs: they cannot solve a captcha "
        "and carry no cookies. Please let requests to /inbox, /ap/ and /.well-known/ of this host pass your firewall "
        "and robot checks, with any User-Agent, with GET and POST, and with the content type application/activity+json."
    ),
)

KEEP_SIGNED = (
    "nginx:  proxy_pass http://fedblog;   (no path behind it, no rewrite)",
    "Caddy:  reverse_proxy alone, without uri or rewrite",
    (
        "To send: Every delivery to my site is signed over its path, Host, Date and body. Please hand these on "
        "unchanged, and the headers Digest, Content-Digest, Signature and Signature-Input too."
    ),
)

ROOM_FOR_BODIES = (
    "nginx:  client_max_body_size 5m;",
    "Caddy:  request_body { max_size 5MB }",
    "To send: Please let POST bodies of up to 5 MB through to this host.",
)

TO_HTTPS = (
    "nginx:  server { listen 80; listen [::]:80; server_name NAME; return 301 https://$host$request_uri; }",
    "Caddy:  does it by itself for a site that is named without http://",
)

WHOLE_CHAIN = (
    "nginx:  ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;   (not cert.pem)",
    "Caddy:  sends the whole chain by itself",
)

RENEW = (
    "certbot: certbot renew, and have it reload the proxy: --deploy-hook 'systemctl reload nginx'",
    "Caddy:   renews by itself; journalctl -u caddy says why it could not",
)

Lines = tuple[str, ...]


def with_name(lines: Lines, name: str) -> Lines:
    """The lines for that host name."""
    return tuple(line.replace("NAME", name) for line in lines)


def redirects_for(handle_domain: str, origin: str) -> Lines:
    """What another domain serves so that the handle is found there."""
    return (
        f"nginx:  location ~ ^/\\.well-known/(webfinger|host-meta)$ {{ return 301 {origin}$request_uri; }}",
        f"Caddy:  redir /.well-known/webfinger {origin}{{uri}}",
        f"        redir /.well-known/host-meta {origin}{{uri}}",
        f"Where {handle_domain} can only serve files: save the answer of",
        f"  curl '{origin}/.well-known/webfinger?resource=acct:HANDLE'",
        "  as the file .well-known/webfinger there, with the type application/jrd+json.",
    )

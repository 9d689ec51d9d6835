"""What a browser finds at the sandbox's address: what it is, and how to use it. A request in; a
page, or one sentence for other programs, out."""

from __future__ import annotations

from html import escape

from ecscli.sandbox.http.door import CONTROL, Visit
from ecscli.sandbox.shapes import Environ
from ecscli.sandbox.wire import Reply

SENTENCE = (
    "This is the sandbox of ecscli, an AWS on this machine: use it with "
    "AWS_ENDPOINT_URL=http://{host}; GET " + CONTROL + "status shows what runs in it.\n"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The sandbox of ecscli</title>
<h1>The sandbox of ecscli</h1>
<p>This address answers the API of AWS for programs of this machine. Nothing here costs anything,
and any credentials do.</p>
<pre>
export AWS_ENDPOINT_URL=http://{host}
export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION=us-east-1
aws ecs list-clusters
</pre>
<p><a href="{status}">What runs in it</a>, as JSON.</p>
</html>
"""


def is_asked_for(visit: Visit, environ: Environ) -> bool:
    """A plain GET of the address itself; signed or with a query it is a call of S3."""
    is_signed = "authorization" in visit.headers
    is_plain = visit.path == "/" and not environ.get("QUERY_STRING")
    return visit.method in ("GET", "HEAD") and is_plain and not is_signed


def answer(visit: Visit) -> Reply:
    host = visit.headers.get("host", "")
    if "text/html" in visit.headers.get("accept", ""):
        page = PAGE.format(host=escape(host), status=f"{CONTROL}status")
        return Reply(200, "text/html; charset=utf-8", page.encode())
    return Reply(200, "text/plain; charset=utf-8", SENTENCE.format(host=host).encode())

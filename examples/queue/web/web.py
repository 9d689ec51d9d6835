"""POST / puts the request's body into the queue; GET / prints what the worker has done so far."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

queue = redis.Redis(os.environ["QUEUE_HOST"], decode_responses=True)


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        done = queue.lrange("done", 0, -1)
        self.answer(200, "\n".join(done))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        queue.rpush("jobs", self.rfile.read(length).decode())
        self.answer(202, "queued")

    def answer(self, status: int, text: str) -> None:
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 80), Page).serve_forever()

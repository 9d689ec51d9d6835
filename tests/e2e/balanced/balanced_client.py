"""Who asks a load balancer: a list of orders as JSON in its argument, their answers as JSON out.

An order has `do`, and `url`; with `host`, that is the name that is asked for.
"""

import base64
import http.client
import json
import os
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events

WORKERS = 20
CLIENT = h2.config.H2Configuration(client_side=True, header_encoding="utf-8")


def connected(order: dict[str, Any], *protocols: str) -> socket.socket:
    place = urlsplit(order["url"])
    port = place.port or {"http": 80, "https": 443}[place.scheme]
    made = socket.create_connection((place.hostname, port), timeout=60)
    if place.scheme != "https":
        return made
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context.wrap_socket(made, server_hostname=order.get("host"))


def connection(order: dict[str, Any]) -> http.client.HTTPConnection:
    made = http.client.HTTPConnection(urlsplit(order["url"]).hostname or "")
    made.sock = connected(order)
    return made


def get(order: dict[str, Any]) -> Any:
    made = connection(order)
    made.request("GET", order.get("path", "/"), headers=headers(order))
    print("asked", file=sys.stderr, flush=True)
    answer = made.getresponse()
    fields = {name.lower(): value for name, value in answer.getheaders()}
    return {"status": answer.status, "fields": fields, "body": answer.read().decode()}


def headers(order: dict[str, Any]) -> dict[str, str]:
    host = {"Host": order["host"]} if order.get("host") else {}
    return {**host, **order.get("headers", {})}


def together(order: dict[str, Any]) -> Any:
    """The same request several times, all under way at once."""
    with ThreadPoolExecutor(order["count"]) as pool:
        return list(pool.map(get, [order] * order["count"]))


def load(order: dict[str, Any]) -> Any:
    """So many requests a second, at their times, on connections that are kept."""
    begin, seconds, each = time.monotonic(), order["seconds"], WORKERS / order["rate"]
    names: Counter[str] = Counter()
    failures: list[str] = []

    def work(number: int) -> None:
        made = connection(order)
        at = begin + number * each / WORKERS
        while at < begin + seconds:
            time.sleep(max(at - time.monotonic(), 0))
            at += each
            try:
                made.request("GET", "/", headers=headers(order))
                answer = made.getresponse()
                body = answer.read().decode()
                if answer.status == 200:
                    names[body.split()[0]] += 1
                else:
                    failures.append(f"{answer.status} {body}")
            except Exception as error:
                failures.append(repr(error))
                made = connection(order)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    took = time.monotonic() - begin
    return {"names": names, "failures": failures[:10], "failed": len(failures), "seconds": took}


def websocket(order: dict[str, Any]) -> Any:
    """The answer to a short text, by RFC 6455."""
    made = connected(order)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /chat HTTP/1.1",
        f"Host: {order['host']}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    made.sendall("\r\n".join([*lines, "\r\n"]).encode())
    read = made.makefile("rb")
    status = read.readline().split()[1].decode()
    while read.readline().strip():
        pass
    mask, text = b"abcd", order["text"].encode()
    masked = bytes(one ^ mask[at % 4] for at, one in enumerate(text))
    made.sendall(bytes([0x81, 0x80 | len(text)]) + mask + masked)
    head = read.read(2)
    return {"status": int(status), "text": read.read(head[1]).decode()}


def grpc(order: dict[str, Any]) -> Any:
    """A unary call over HTTP/2: what came back, and the status in the trailers."""
    made = connected(order, "h2")
    state = h2.connection.H2Connection(CLIENT)
    state.initiate_connection()
    head = {":method": "POST", ":scheme": "https", ":authority": order["host"]}
    fields = {":path": order["path"], "content-type": "application/grpc", "te": "trailers"}
    state.send_headers(1, [*head.items(), *fields.items()])
    text = order["text"].encode()
    state.send_data(1, b"\0" + len(text).to_bytes(4, "big") + text, end_stream=True)
    made.sendall(state.data_to_send())
    body, found = b"", {}
    while True:
        data = made.recv(65536)
        for event in state.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived | h2.events.TrailersReceived):
                found |= dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
            elif isinstance(event, h2.events.StreamEnded | h2.events.ConnectionTerminated):
                status = found.get("grpc-status", "")
                return {"http": found[":status"], "grpc": status, "text": body[5:].decode()}
        if not data:
            raise ConnectionError("the connection has ended")
        made.sendall(state.data_to_send())


DO = {"get": get, "load": load, "together": together, "websocket": websocket, "grpc": grpc}

if __name__ == "__main__":
    print(json.dumps([DO[order["do"]](order) for order in json.loads(sys.argv[1])]))

"""What runs behind a load balancer: HTTP/1.1 and WebSocket on port 8000, gRPC on port 50051."""

import base64
import hashlib
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import h2.config
import h2.connection
import h2.events

NAME = os.environ.get("NAME", "app")
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455

SERVER = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")


class App(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.echo()
            return
        if self.path.startswith("/slow/"):
            time.sleep(float(self.path.rpartition("/")[2]))
        seen = (self.headers.get(f"X-Forwarded-{one}") for one in ("Proto", "Port"))
        body = f"{NAME} {socket.gethostname()} {self.path} {' '.join(map(str, seen))}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def echo(self) -> None:
        """The frames of a WebSocket, unmasked and in capitals; short ones alone."""
        key = self.headers["Sec-WebSocket-Key"] + GUID
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        for name, value in {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": accept,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        while head := self.rfile.read(2):
            mask = self.rfile.read(4)
            masked = self.rfile.read(head[1] & 127)
            text = bytes(one ^ mask[at % 4] for at, one in enumerate(masked)).upper()
            self.wfile.write(bytes([head[0], len(text)]) + text)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def server_bind(self) -> None:
        """Without the look-up of a name that HTTPServer makes: here nothing answers it."""
        socketserver.TCPServer.server_bind(self)


def grpc(connection: socket.socket) -> None:
    """Answers /shop.Cart/Add with its message, and any other call with 12, not implemented."""
    state = h2.connection.H2Connection(SERVER)
    state.initiate_connection()
    connection.sendall(state.data_to_send())
    paths: dict[int, str] = {}
    bodies: dict[int, bytes] = {}
    while data := connection.recv(65536):
        for event in state.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                paths[event.stream_id] = dict(event.headers)[":path"]
                bodies[event.stream_id] = b""
            elif isinstance(event, h2.events.DataReceived):
                bodies[event.stream_id] += event.data
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                known = paths[event.stream_id] == "/shop.Cart/Add"
                head = [(":status", "200"), ("content-type", "application/grpc")]
                state.send_headers(event.stream_id, head)
                if known:
                    state.send_data(event.stream_id, bodies[event.stream_id])
                trailers = [("grpc-status", "0" if known else "12")]
                state.send_headers(event.stream_id, trailers, end_stream=True)
        connection.sendall(state.data_to_send())


def serve_grpc() -> None:
    with socket.create_server(("", 50051)) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=grpc, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=serve_grpc, daemon=True).start()
    sys.stdout.write("serving\n")
    Server(("", 8000), App).serve_forever()

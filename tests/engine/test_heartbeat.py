"""The address that is watched elsewhere is called, and a dead one harms nothing."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from tasks.morning import beat


def test_the_heartbeat_address_is_called_and_a_dead_one_is_only_told() -> None:
    called: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Watcher) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/ping/dondoc"
        assert beat(address)
        thread.join()
    assert called == ["/ping/dondoc"]
    assert not beat(address)
    assert not beat(None)

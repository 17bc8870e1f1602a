"""A web server on the loopback interface that serves given files, well or badly."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mirror:
    """Serves ``contents`` by name as long as it is entered.

    ``fault`` is an HTTP status to answer with, or a function from a file's name and content to
    what is sent in its place; the length that is told stays the true one.
    """

    def __init__(self, contents, folder, fault=None):
        mirror = self
        self.requests: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirror.requests.append(self.path)
                if isinstance(fault, int):
                    self.send_error(fault)
                    return
                name = self.path.rsplit("/", 1)[1]
                content = contents[name]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content if fault is None else fault(name, content))

            def log_message(self, *_):
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self.server.server_port}/{folder}/"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

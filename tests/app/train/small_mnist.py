"""Ten bright bars in MNIST's files, and a server to fetch them from."""

import gzip
import hashlib
import struct
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from engine.data.download import PublishedFile
from engine.data.mnist import download_mnist
from tests.app.small_data import bars

NAMES = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
]


def small_mnist() -> dict[str, bytes]:
    """Four files in MNIST's format: 120 images to train on, 40 to test with."""
    files = {}
    for part, count in (("train", 120), ("t10k", 40)):
        data = bars(count, seed=len(part))
        header = struct.pack(">IIII", 0x803, count, 28, 28)
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(header + data.images.tobytes())
        header = struct.pack(">II", 0x801, count)
        labels = data.labels.astype(np.uint8).tobytes()
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(header + labels)
    return files


class Server:
    """Serves files on the loopback interface; with ``stalls``, the first half of each only."""

    def __init__(self, files: dict[str, bytes], *, stalls: bool = False) -> None:
        may_go_on = self.may_go_on = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = files[self.path.rsplit("/", 1)[1]]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                half = len(content) // 2
                self.wfile.write(content[:half])
                if stalls:
                    self.wfile.flush()
                    may_go_on.wait()
                self.wfile.write(content[half:])

            def log_message(self, *_args) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        published = [
            PublishedFile(name, hashlib.sha256(content).hexdigest(), len(content))
            for name, content in files.items()
        ]
        url = f"http://127.0.0.1:{self.server.server_port}/"
        self.download = partial(download_mnist, mirrors=(url,), files=published)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_args) -> None:
        self.may_go_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

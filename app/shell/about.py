"""What cnnviz is, which version, and whose work it contains."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

_WORDS = """<p>See how a convolutional network works: draw, build, train, and step through every
window of a convolution, forward and backward. Everything is computed by plain NumPy on this
computer; nothing is sent anywhere.</p>
<p>cnnviz is free software under the MIT licence. It contains the typeface Inter (SIL Open Font
License 1.1) and symbols of DejaVu Sans, and is built on Qt for Python, NumPy, pyqtgraph,
safetensors, pooch and Pillow. The bundled network was trained on MNIST by Y. LeCun, C. Cortes
and C. Burges.</p>"""


def show_about(parent: QWidget) -> None:
    """Open the dialog; returns at once."""
    version = QApplication.applicationVersion()
    box = QMessageBox(QMessageBox.Icon.NoIcon, "About cnnviz", "", parent=parent)
    box.setText(f"<h3>cnnviz {version}</h3>{_WORDS}<p>Qt {qVersion()}</p>")
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.finished.connect(box.deleteLater)
    box.open()

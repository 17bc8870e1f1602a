"""``cnnviz export``: which files appear where, and what is said when it cannot be."""

import runpy
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from app.cli import bundled_model, main
from engine.networks.model_file import load_model

ROOT = Path(__file__).parents[3]


def test_numpy_source_of_the_bundled_network_answers_as_it_does(tmp_path, capsys):
    script = tmp_path / "mine.py"
    assert main(["export", str(bundled_model()), "--to", "numpy", "--out", str(script)]) == 0
    weights = script.with_suffix(".npz")
    assert capsys.readouterr().out == f"Saved {script}\nSaved {weights}\n"
    x = np.random.default_rng(0).random((4, 1, 28, 28), dtype=np.float32)
    outputs = runpy.run_path(str(script))["forward"](x, np.load(weights))
    expected = load_model(bundled_model()).network.forward(x)
    np.testing.assert_allclose(outputs, expected, atol=1e-4)


def test_pytorch_source_beside_the_network_reads_the_networks_own_file(
    tmp_path, monkeypatch, capsys
):
    network = tmp_path / "my-net.safetensors"
    network.write_bytes(bundled_model().read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(["export", "my-net.safetensors", "--to", "pytorch"]) == 0
    assert capsys.readouterr().out == "Saved my_net_pytorch.py\n"
    source = (tmp_path / "my_net_pytorch.py").read_text(encoding="utf-8")
    assert 'with_name("my-net.safetensors")' in source


def test_a_missing_package_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnx", None)
    out = tmp_path / "net.onnx"
    assert main(["export", str(bundled_model()), "--to", "onnx", "--out", str(out)]) == 1
    said = capsys.readouterr().err
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = project["optional-dependencies"]["onnx"]  # so pip finds it, wherever this is run
    assert f'pip install "{wanted}"' in said
    assert not out.exists()


def test_a_missing_network_is_said(tmp_path, capsys):
    assert main(["export", str(tmp_path / "none.safetensors"), "--to", "keras"]) == 1
    assert "There is no network file at" in capsys.readouterr().err


def test_an_unknown_target_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["export", "net.safetensors", "--to", "caffe"])
    assert "'caffe' is none of pytorch, keras, numpy, onnx" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    out = tmp_path / "missing" / "net.py"
    assert main(["export", str(bundled_model()), "--to", "numpy", "--out", str(out)]) == 1
    assert "There is no folder" in capsys.readouterr().err

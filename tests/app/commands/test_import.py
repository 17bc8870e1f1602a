"""``cnnviz import``: PyTorch's names are understood, and what does not fit is listed."""

import numpy as np
from safetensors.numpy import load_file, save_file

from app.cli import bundled_model, main
from engine.networks.model_file import load_model


def test_weights_under_other_names_come_in(tmp_path, capsys):
    theirs = tmp_path / "theirs.safetensors"
    save_file({f"net.{name}": value for name, value in load_file(bundled_model()).items()}, theirs)
    out = tmp_path / "ours.safetensors"
    assert main(["import", str(theirs), "--out", str(out)]) == 0
    assert "61,706 parameters" in capsys.readouterr().out
    np.testing.assert_array_equal(
        load_model(out).network.parameters, load_model(bundled_model()).network.parameters
    )


def test_what_does_not_fit_is_listed_and_nothing_is_written(tmp_path, capsys):
    tensors = load_file(bundled_model())
    tensors["11.bias"] = np.zeros(7, np.float32)
    theirs, out = tmp_path / "theirs.safetensors", tmp_path / "ours.safetensors"
    save_file(tensors, theirs)
    assert main(["import", str(theirs), "--out", str(out)]) == 1
    assert "11.bias" in capsys.readouterr().err
    assert not out.exists()

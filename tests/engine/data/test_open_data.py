"""Files and folders of the user's: read, converted and said; refused where they are wrong."""

import gzip
import struct

import numpy as np
import pytest

from engine.basics import memory
from engine.basics.errors import DataError
from engine.data.csv_file import read_csv
from engine.data.dataset import Dataset, check_memory
from engine.data.fitting import fit_images, fit_words
from engine.data.image_folder import read_image_folder
from engine.data.npz_file import read_npz
from engine.data.open_data import open_data
from engine.data.progress import CancelledError

Image = pytest.importorskip("PIL.Image")
RNG = np.random.default_rng(4)


def levels(count, *shape):
    return RNG.integers(0, 256, (count, *shape), dtype=np.uint8)


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


# NPZ


def test_keras_npz_gives_training_and_test_images(tmp_path):
    x, y = levels(30, 28, 28), np.arange(30) % 10
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y, x_test=x[:5], y_test=y[:5])
    training, test = open_data(tmp_path / "mnist.npz")
    assert training.images.shape == (30, 1, 28, 28)
    assert np.array_equal(training.images[:, 0], x)
    assert training.labels.tolist() == y.tolist()
    assert test is not None
    assert (len(test), training.name, training.classes) == (5, "mnist", 10)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((4, 784), (4, 1, 28, 28)), ((4, 32, 32, 3), (4, 3, 32, 32)), ((4, 3, 8, 8), (4, 3, 8, 8))],
)
def test_shapes_of_other_programs_are_understood(tmp_path, shape, expected):
    np.savez(tmp_path / "a.npz", x=levels(*shape), y=np.array([[0], [1], [2], [3]]))
    assert read_npz(tmp_path / "a.npz")[0].images.shape == expected


def test_fractions_and_one_hot_labels_become_grey_levels_and_numbers(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.full((2, 2, 2), 0.2), labels=np.eye(12)[[3, 11]])
    data, _ = read_npz(tmp_path / "a.npz")
    assert data.images.tolist() == [[[[51, 51], [51, 51]]]] * 2
    assert (data.labels.tolist(), data.classes) == ([3, 11], 12)


def test_a_pickle_is_never_read(tmp_path):
    objects = np.array([{"a": 1}, None], dtype=object)
    np.savez(tmp_path / "evil.npz", x_train=objects, y_train=np.array([1, 2]))
    with pytest.raises(DataError, match=r"evil.npz holds Python objects in x_train"):
        open_data(tmp_path / "evil.npz")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"x_train": levels(3, 4, 4)},
            r"^a.npz must hold x_train and y_train .*it holds x_train\.$",
        ),
        ({"x": levels(3, 4, 4), "y": np.zeros(2)}, r"3 images and labels of shape \(2,\)"),
        ({"x": levels(3, 5), "y": np.zeros(3)}, r"5 values for each image, which is no square"),
        ({"x": levels(3, 2, 2, 7), "y": np.zeros(3)}, r"it has \(3, 2, 2, 7\)|has \(3, 2, 2, 7\)"),
        ({"x": levels(2, 2, 2) * -1.0 - 1, "y": np.zeros(2)}, r"grey levels from 0 to 255"),
        ({"x": np.full((2, 2, 2), np.nan), "y": np.zeros(2)}, r"NaN or infinite"),
        ({"x": levels(2, 2, 2), "y": np.array([0, 1.5])}, r"number 2 is 1.5"),
        ({"x": levels(2, 2, 2), "y": np.array([0, -1])}, r"whole numbers from 0; .*is -1"),
        ({"x": levels(2, 2, 2), "y": np.array([0, 5000])}, r"it|really labels"),
    ],
)
def test_archives_of_another_kind_say_what_is_wrong(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=message):
        open_data(tmp_path / "a.npz")


def test_a_truncated_archive_is_damaged(tmp_path):
    np.savez(tmp_path / "a.npz", x=levels(30, 8, 8), y=np.zeros(30))
    content = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=r"a.npz is damaged or no NumPy archive"):
        open_data(tmp_path / "a.npz")


# CSV


def write(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_csv_with_the_label_first_or_under_its_name(tmp_path):
    first = write(tmp_path / "a.csv", "7,0,10,20,255", "3,1,2,3,4")
    named = write(
        tmp_path / "b.csv", "pixel0;pixel1;label;pixel2;pixel3", "0;10;7;20;255", "1;2;3;3;4"
    )
    for path in (first, named):
        data, test = open_data(path)
        assert test is None
        assert data.labels.tolist() == [7, 3]
        assert data.images.tolist() == [[[[0, 10], [20, 255]]], [[[1, 2], [3, 4]]]]


def test_csv_of_fractions_and_of_words_for_labels(tmp_path):
    path = write(tmp_path / "a.csv", "cat,0,1,0,1", "dog,0.2,0.4,0.6,1", "cat,0,0,0,0.0")
    data = read_csv(path)
    assert data.images.reshape(3, 4).tolist() == [[0, 255, 0, 255], [51, 102, 153, 255], [0] * 4]
    assert (data.labels.tolist(), data.class_names, data.classes) == ([0, 1, 0], ("cat", "dog"), 2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("1,0,0,0,0", "2,0,0,0"), r"a.csv, line 2: every row needs 5 values .*has 4"),
        (("1,0,0,0,0", "", "2,0,x9,0,0"), r"a.csv, line 3, column 3: .*it is 'x9'"),
        (("1,0,0,0,0", "2,0,0,0,300"), r"line 2, column 5: .*grey level.*it is 300"),
        (("1,0,0,0,0", "2,0,0,-0.5,3"), r"line 2, column 4: .*it is -0.5"),
        (("1,0,0,0,0", ",0,0,0,3"), r"line 2: the label is missing"),
        (("0,0,0,0",), r"has no labels: its 4 columns are just the pixels"),
        (("0,0,0,0,0,0",), r"5 values for each image, which is no square"),
        (("pixel0,pixel1,pixel2,pixel3", "0,0,0,0"), r"has no labels: a column called label"),
        (("label,a,b,c,d",), r"has no row of numbers"),
        (("hello",), r"no row of numbers|must have a label"),
        (("5000,0,0,0,0",), r"Are these really labels"),
    ],
)
def test_a_faulty_table_names_the_line_and_the_column(tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        read_csv(write(tmp_path / "a.csv", *rows))


def test_reading_a_table_can_be_cancelled_and_tells_how_far_it_is(tmp_path):
    path = write(tmp_path / "a.csv", *["1,0,0,0,0"] * 1000)
    seen = []
    read_csv(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (10_000, 10_000)
    assert len(seen) > 4
    with pytest.raises(CancelledError):
        read_csv(path, is_cancelled=lambda: True)


# IDX


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.mark.parametrize("chosen", ["some-images-idx3-ubyte", "some-labels-idx1-ubyte.gz"])
def test_either_file_of_an_idx_pair_finds_the_other(tmp_path, chosen):
    images = levels(6, 5, 5)
    (tmp_path / "some-images-idx3-ubyte").write_bytes(idx(images))
    (tmp_path / "some-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(6))))
    data, _ = open_data(tmp_path / chosen)
    assert np.array_equal(data.images[:, 0], images)
    assert data.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert data.name == "some-images-idx3"


def test_an_idx_file_without_its_labels_says_which_are_missing(tmp_path):
    (tmp_path / "my-images-idx3-ubyte").write_bytes(idx(levels(6, 5, 5)))
    with pytest.raises(DataError, match=r"labels for my-images-idx3-ubyte are missing.*my-labels"):
        open_data(tmp_path / "my-images-idx3-ubyte")


# Folders


def test_a_folder_of_images_by_class_is_converted_and_said(tmp_path):
    for number in range(4):
        save(tmp_path / "cat" / f"{number}.png", levels(1, 28, 28)[0] // 3)
        save(tmp_path / "dog" / f"{number}.png", levels(1, 40, 20, 3)[0] // 3)
    (tmp_path / "dog" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "cat" / "notes.txt").write_text("not an image")
    save(tmp_path / "beside.png", levels(1, 28, 28)[0])
    data = read_image_folder(tmp_path)
    assert data.images.shape == (8, 1, 28, 28)
    assert data.labels.tolist() == [0] * 4 + [1] * 4
    assert (data.classes, data.class_names) == (2, ("cat", "dog"))
    words = data.description
    assert "4 images were scaled to 28×28." in words
    assert "4 images were colour and made grey." in words
    assert "1 file could not be read and is left out: dog/broken.png." in words
    assert "1 outside the class folders have no label" in words


def test_a_picture_is_scaled_in_proportion_by_the_mean_of_its_places(tmp_path):
    pixels = np.zeros((56, 28), np.uint8)
    pixels[:20] = 100
    save(tmp_path / "0" / "a.png", pixels)
    save(tmp_path / "1" / "a.png", np.zeros((28, 28), np.uint8))
    data = read_image_folder(tmp_path)
    image = data.images[0, 0]
    assert image[:10, 7:21].tolist() == [[100] * 14] * 10
    assert image[10:].max() == 0
    assert data.classes == 10


def test_ink_on_paper_is_inverted_and_said(tmp_path):
    page = np.full((28, 28), 250, np.uint8)
    page[5:20, 13:15] = 10
    for name in ("3", "8"):
        save(tmp_path / name / "a.png", page)
    data = read_image_folder(tmp_path)
    assert data.images[0, 0, 10, 13:15].tolist() == [245, 245]
    assert data.images[0, 0, 0, 0] == 5
    assert data.labels.tolist() == [3, 8]
    assert "All were inverted" in data.description


def test_folders_are_read_in_the_shape_that_is_asked_for(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name / "1.png", levels(1, 32, 32, 3)[0] // 3)
    assert read_image_folder(tmp_path, (3, 32, 32)).images.shape == (2, 3, 32, 32)


def test_an_empty_class_missing_labels_and_nothing_readable_are_said(tmp_path):
    save(tmp_path / "one" / "a" / "1.png", levels(1, 8, 8)[0])
    (tmp_path / "one" / "b").mkdir()
    with pytest.raises(DataError, match=r"The class b of one has no image"):
        open_data(tmp_path / "one")
    save(tmp_path / "flat" / "1.png", levels(1, 8, 8)[0])
    with pytest.raises(DataError, match=r"holds 1 image and no folder, so labels are missing"):
        open_data(tmp_path / "flat")
    for name in ("a", "b"):
        (tmp_path / "bad" / name).mkdir(parents=True)
        (tmp_path / "bad" / name / "x.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"no image that can be read. The first: x.png"):
        open_data(tmp_path / "bad")
    save(tmp_path / "single" / "a" / "1.png", levels(1, 8, 8)[0])
    with pytest.raises(DataError, match=r"two classes or more"):
        open_data(tmp_path / "single")


def test_a_folder_with_train_in_it_and_numbers_in_their_order(tmp_path):
    for name in ("2", "10", "9"):
        save(tmp_path / "train" / name / "1.png", levels(1, 28, 28)[0] // 3)
    assert read_image_folder(tmp_path).class_names == ("2", "9", "10")


def test_reading_a_folder_can_be_cancelled(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name / "1.png", levels(1, 8, 8)[0])
    with pytest.raises(CancelledError):
        read_image_folder(tmp_path, is_cancelled=lambda: True)


# Wrong kinds, memory, fitting


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.png", b"\x89PNG", r"a single image.*choose the folder"),
        ("a.pkl", b"\x80\x04", r"is a pickle"),
        ("a.npy", b"\x93NUM", r"holds one array"),
        ("a.zip", b"PK\x03\x04", r"is packed\. Unpack it"),
        ("a.mp3", b"ID3\x04", r"begins with 49 44 33 04.*What can be opened: a folder"),
        ("a.bin", b"", r"is empty"),
        ("a.csv", b"\xff\xfe\x00\x01", r"must be a text file"),
    ],
)
def test_files_of_another_kind_are_refused_in_words(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        open_data(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*gone.npz"):
        open_data(tmp_path / "gone.npz")


def test_what_is_larger_than_memory_is_refused_with_the_numbers(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 3_100_000_000)
    with pytest.raises(DataError, match=r"6,000,000 images need 8\.8 GiB, 2\.9 GiB are free"):
        check_memory("huge.npz", 6_000_000, 784)
    check_memory("fits.npz", 60_000, 784)
    monkeypatch.setattr(memory, "free_memory", lambda: None)
    check_memory("unknown.npz", 6_000_000, 784)


def test_nothing_is_read_of_what_does_not_fit(tmp_path, monkeypatch):
    np.savez_compressed(
        tmp_path / "big.npz", x=np.zeros((1000, 28, 28), np.uint8), y=np.zeros(1000)
    )
    write(tmp_path / "big.csv", *["1,0,0,0,0"] * 400)
    (tmp_path / "big-images-idx3-ubyte").write_bytes(idx(levels(50, 28, 28)))
    (tmp_path / "big-labels-idx1-ubyte").write_bytes(idx(np.zeros(50)))
    for name in ("a", "b"):
        save(tmp_path / "big" / name / "1.png", levels(1, 8, 8)[0])
    monkeypatch.setattr(memory, "free_memory", lambda: 1000)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("it was read"))
    for name in ("big.npz", "big.csv", "big-images-idx3-ubyte", "big"):
        with pytest.raises(DataError, match=r"does not fit into memory: .*1000 B are free"):
            open_data(tmp_path / name)


def colours(count=2, side=32):
    images = np.zeros((count, 3, side, side), np.uint8)
    images[:, 0] = 200
    return Dataset(images, np.arange(count, dtype=np.int64), "Red", "Red.")


def test_images_are_made_to_fit_the_network_and_that_is_said():
    grey = fit_images(colours(), (1, 16, 16))
    assert grey.images.shape == (2, 1, 16, 16)
    assert set(grey.images.ravel().tolist()) == {60}  # 0.299 of 200
    assert grey.description.endswith(
        "All images are scaled from 32×32 to 16×16 and made grey for this network."
    )
    back = fit_images(grey, (3, 16, 32))
    assert back.images.shape == (2, 3, 16, 32)
    assert back.images[0, 1, 0].tolist() == [0] * 8 + [60] * 16 + [0] * 8
    assert fit_images(grey, (1, 16, 16)) is grey
    assert fit_words((1, 28, 28), (1, 28, 28)) == ""


def test_a_network_with_other_channels_cannot_be_served():
    with pytest.raises(DataError, match=r"images of 3×32×32, but the network takes 2×8×8"):
        fit_images(colours(), (2, 8, 8))


def test_classes_can_be_kept_and_have_names():
    data = Dataset(
        levels(6, 1, 2, 2), np.array([0, 1, 2, 0, 1, 2]), "Pets", "Pets.", 3, ("cat", "dog", "eel")
    )
    kept = data.keep_classes({2, 0})
    assert kept.labels.tolist() == [0, 2, 0, 2]
    assert (kept.classes, kept.name_of(2)) == (3, "eel")
    with pytest.raises(DataError, match=r"no image of the classes that are kept \(none\)"):
        data.keep_classes(())
    with pytest.raises(DataError, match=r"3 classes and 1 names"):
        Dataset(levels(1, 1, 2, 2), np.array([0]), "Pets", "Pets.", 3, ("cat",))

"""Files of figures: whole, of the right kind, the same each time; and matplotlib only when drawing."""

import struct
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import synthetic

from sim import figures
from sim.errors import StorageError, UsageError


@pytest.fixture(scope="module")
def ensemble():
    return synthetic.make(30)


def test_all_figures_are_saved_as_png_and_svg(ensemble, tmp_path):
    paths = figures.save_all(ensemble, tmp_path / "figures")
    assert sorted(path.name for path in paths) == sorted(
        f"{name}.{kind}" for name in figures.FIGURES for kind in ("png", "svg")
    )
    assert sorted((tmp_path / "figures").iterdir()) == sorted(paths)
    for path in paths:
        content = path.read_bytes()
        if path.suffix == ".png":
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            width, height = struct.unpack(">II", content[16:24])
            assert 600 < width < 3000
            assert 200 < height < 4000
        else:
            assert ElementTree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"


def test_the_same_ensemble_gives_the_same_bytes(ensemble, tmp_path):
    for folder in ("one", "two"):
        figures.save_all(ensemble, tmp_path / folder, names=["ladder-heatmap", "swimlanes"])
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_files_carry_no_date(ensemble, tmp_path):
    png, svg = figures.save_all(ensemble, tmp_path, names=["deaths"])
    assert b"date" not in svg.read_bytes().lower()
    assert b"tEXt" not in png.read_bytes()


def test_an_unknown_figure_is_refused_with_the_known_ones(ensemble, tmp_path):
    with pytest.raises(UsageError, match="no figure 'heatmap': expected one of ladder-heatmap, "):
        figures.save_all(ensemble, tmp_path, names=["heatmap"])


def test_a_folder_that_cannot_be_written_is_said(ensemble, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StorageError, match="could not be made"):
        figures.save_all(ensemble, blocked, names=["deaths"])


def test_matplotlib_is_loaded_only_to_draw():
    code = "import sys, sim.figures, sim.analysis.summary; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_drawing_leaves_the_users_settings_alone(ensemble):
    import matplotlib

    with matplotlib.rc_context({"font.size": 33, "axes.facecolor": "black"}):
        figure = figures.draw(ensemble, "deaths")
        assert matplotlib.rcParams["font.size"] == 33
        assert figure.axes[0].get_facecolor() == (1.0, 1.0, 1.0, 1.0)

"""The product's own forms, written out by the command line."""

from typer.testing import CliRunner

from fengqiao.insight import examples
from fengqiao.ops.cli import app


def test_the_command_writes_every_form_and_leaves_what_is_there(tmp_path):
    folder = tmp_path / "样表"
    folder.mkdir()
    (folder / "矛盾纠纷零报告.docx").write_bytes(b"mine")
    done = CliRunner().invoke(app, ["forms", str(folder)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in folder.iterdir()} == {one.file_name for one in examples.every()}
    assert (folder / "矛盾纠纷零报告.docx").read_bytes() == b"mine"

"""The command np-lab in a student's folder."""

import base64
import json

import pytest

from np_lab.cli import main

SOLUTION = "def dense_forward(x, W, b):\n    return x @ W + b\n"


@pytest.fixture
def folder(tmp_path, capsys):
    assert main(["new", str(tmp_path / "course"), "--language", "en"]) == 0
    capsys.readouterr()
    return tmp_path / "course"


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def write(folder, text, unit="02_dense", name="dense.py"):
    (folder / unit / name).write_text(text, encoding="utf-8")


def test_new_writes_notes_stub_and_experiment_of_every_unit(folder):
    folders = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert folders[1] == "02_dense"
    assert len(folders) == 12
    names = sorted(path.name for path in (folder / "02_dense").iterdir())
    assert names == ["dense.py", "experiment.py", "notes.md"]


def test_new_leaves_the_work_of_the_student_as_it_is(folder, capsys):
    write(folder, SOLUTION)
    (folder / "02_dense" / "notes.md").unlink()
    code, out, _ = run(capsys, "new", folder, "--language", "en")
    assert (code, out.splitlines()[0][:13]) == (0, "Wrote 1 files")
    assert (folder / "02_dense" / "dense.py").read_text() == SOLUTION


def test_check_of_empty_stubs_fails_and_says_so(folder, capsys):
    code, out, _ = run(capsys, "check", "--folder", folder)
    assert code == 1
    assert out.count("not written yet") == 38
    assert out.endswith("0 of 38 tasks are right.\n")


def test_check_of_a_right_solution_returns_zero(folder, capsys):
    write(folder, SOLUTION)
    code, out, _ = run(capsys, "check", "dense_forward", "--folder", folder)
    assert (code, out) == (0, "✓ 02_dense: dense_forward\n\n1 of 1 tasks are right.\n")


def test_check_of_a_wrong_solution_names_the_mistake_and_the_hint(folder, capsys):
    write(folder, SOLUTION.replace(" + b", ""))
    code, out, _ = run(capsys, "check", "dense_forward", "--folder", folder)
    assert code == 1
    assert "the bias b is missing" in out
    assert out.endswith("A hint for dense_forward: np-lab hint dense_forward\n")


def test_check_works_from_inside_a_unit(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder / "02_dense")
    code, out, _ = run(capsys, "check", "2")
    assert (code, out.count("not written yet")) == (1, 3)


def test_check_writes_nothing_into_the_folder(folder, capsys):
    before = sorted(folder.rglob("*"))
    run(capsys, "check", "--folder", folder)
    assert sorted(folder.rglob("*")) == before


def test_json_stays_json_when_the_solution_prints(folder, capsys):
    write(folder, SOLUTION.replace("    return", "    print('debug')\n    return"))
    code, out, err = run(capsys, "check", "dense_forward", "--json", "--folder", folder)
    (entry,) = json.loads(out)
    assert (code, entry["passed"], entry["mistakes"]) == (0, True, [])
    assert "debug" in err


def test_gradescope_format_gives_a_point_a_task(folder, capsys):
    write(folder, SOLUTION)
    _, out, _ = run(capsys, "check", "dense", "--format", "gradescope", "--folder", folder)
    tests = json.loads(out)["tests"]
    assert [test["score"] for test in tests] == [1.0, 0.0, 0.0]
    assert {test["max_score"] for test in tests} == {1.0}


def test_classroom_format_is_json_in_base64(folder, capsys):
    write(folder, SOLUTION)
    _, out, _ = run(capsys, "check", "dense", "--format", "classroom", "--folder", folder)
    document = json.loads(base64.b64decode(out))
    assert (document["version"], document["status"], document["max_score"]) == (1, "fail", 3)
    assert [test["score"] for test in document["tests"]] == [1, 0, 0]


def test_syntax_error_names_the_file_and_the_line(folder, capsys):
    write(folder, "def dense_forward(x, W, b)\n    return x\n")
    _, out, _ = run(capsys, "check", "dense_forward", "--folder", folder)
    assert "dense.py does not run: SyntaxError: expected ':' (dense.py, line 1)" in out


def test_missing_file_and_renamed_function_are_named(folder, capsys):
    write(folder, "def forward(x, W, b):\n    return x @ W + b\n")
    _, out, _ = run(capsys, "check", "dense_forward", "--folder", folder)
    assert "must define dense_forward. Was it renamed?" in out
    (folder / "02_dense" / "dense.py").unlink()
    _, out, _ = run(capsys, "check", "dense_forward", "--folder", folder)
    assert "dense.py is missing." in out


def test_unknown_task_suggests_a_name(folder, capsys):
    code, _, err = run(capsys, "check", "dense_foward", "--folder", folder)
    assert code == 2
    assert "no unit or task 'dense_foward'. Near it: dense_forward" in err


def test_folder_without_course_is_an_error(tmp_path, capsys):
    code, _, err = run(capsys, "check", "--folder", tmp_path, "--language", "en")
    assert code == 2
    assert "holds no folder of the course" in err


def test_hints_climb(folder, capsys):
    _, out, _ = run(capsys, "hint", "dense_forward", "--folder", folder)
    assert "(hint 1 of 3; the next one: np-lab hint dense_forward --level 2)" in out
    _, out, _ = run(capsys, "hint", "dense_forward", "--level", "3", "--folder", folder)
    assert out == "dense_forward: return x @ W + b\n"


def test_predict_accepts_the_number_of_the_seed(tmp_path, capsys):
    for seed, answer in ((0, -1), (1, None)):
        folder = tmp_path / str(seed)
        run(capsys, "new", folder, "--seed", seed, "--language", "en")
        if answer is None:
            _, out, _ = run(capsys, "answers", "--seed", seed)
            answer = out.splitlines()[1].split()[1]
        assert run(capsys, "predict", "2", answer, "--folder", folder)[0] == 0
        assert run(capsys, "predict", "2", "1000", "--folder", folder)[0] == 1


def test_korean_folder_answers_in_korean(tmp_path, capsys):
    run(capsys, "new", tmp_path / "course", "--language", "ko")
    write(tmp_path / "course", SOLUTION.replace(" + b", ""))
    _, out, _ = run(capsys, "check", "dense_forward", "--folder", tmp_path / "course")
    assert "편향 b가 빠졌습니다." in out
    assert "완전 연결 층" in (tmp_path / "course" / "02_dense" / "notes.md").read_text("utf-8")

import stat
import threading

import pytest

from metacentrex import secrets


def test_from_environment_prefers_the_variable(tmp_path):
    path = tmp_path / "key"
    path.write_text("from the file\n")

    assert secrets.from_environment("KEY", {"KEY": "direct", "KEY_FILE": str(path)}) == "direct"
    assert secrets.from_environment("KEY", {"KEY": "", "KEY_FILE": str(path)}) == "from the file"
    assert secrets.from_environment("KEY", {}) == ""


def test_from_environment_with_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(secrets.SecretUnreadable) as raised:
        secrets.from_environment("KEY", {"KEY_FILE": str(tmp_path / "nowhere")})

    assert str(raised.value) == "KEY_FILE: FileNotFoundError"


def test_split_keys_takes_commas_and_lines():
    assert secrets.split_keys("a,b\nc , d") == ["a", "b", "c", "d"]


def test_kept_makes_a_private_secret_once(tmp_path):
    folder = tmp_path / "home" / "secrets"

    first = secrets.kept(folder, "key", secrets.random_secret)

    assert secrets.kept(folder, "key", secrets.random_secret) == first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()] == [
        ("key", 0o600)
    ]


def test_kept_by_many_at_once_is_one_secret(tmp_path):
    barrier, found = threading.Barrier(8), []

    def start() -> None:
        barrier.wait()
        found.append(secrets.kept(tmp_path / "secrets", "key", secrets.random_secret))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found))) == (8, 1)
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]

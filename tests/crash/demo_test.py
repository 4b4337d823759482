"""A demo that is killed while it is made is never mistaken for a data folder."""
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))
import serve  # noqa: E402


@unittest.skipIf(serve.program() is None, "no program: build it (./dev build) or name it in VIAGGIO_BINARY")
class KilledWhileMakingTheDemo(unittest.TestCase):
    def test_half_a_demo_is_no_folder_and_the_next_one_is_whole(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "demo"
        half = pathlib.Path(f"{folder}.unfinished")
        command = [str(serve.program()), "demo", "--data", str(folder), "--seed", "1"]
        making = subprocess.Popen([*command, "--customers", "48000"], stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not (half / "FORMAT").exists() and time.monotonic() < until:
            time.sleep(0.01)
        self.assertTrue((half / "FORMAT").exists())
        making.send_signal(signal.SIGKILL)
        self.assertEqual(making.wait(timeout=60), -signal.SIGKILL)
        self.assertFalse(folder.exists())

        made = subprocess.run([*command, "--customers", "100", "--days", "60"], capture_output=True, text=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertFalse(half.exists())
        self.assertTrue((folder / "truth" / "facts.json").exists())
        checked = subprocess.run([str(serve.program()), "check", "--data", str(folder)], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        again = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(again.returncode, 1)


if __name__ == "__main__":
    unittest.main()

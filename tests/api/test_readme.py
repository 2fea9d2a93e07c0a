"""The README's curl lines work as they are written."""

import re
import subprocess

from aftercare import BINARY, ROOT


def test_the_first_repair_with_curl_runs_as_written(fresh):
    server = fresh("--demo")
    server.start()
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```bash\n(.*?)```", text, re.S)
    assert len(blocks) == 4
    script = "set -euo pipefail\n" + "\n".join(blocks)
    script = script.replace("http://127.0.0.1:8080", server.url).replace("build/release/aftercare", BINARY).replace("--data data", "--data " + server.data)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    states = [line for line in done.stdout.splitlines() if re.fullmatch(r"[a-z_]+", line)]
    assert states == ["dispatched", "scheduled", "on_site", "diagnosing", "repairing", "settling", "settled"]
    assert '"sound": true' in done.stdout

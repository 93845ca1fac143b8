"""kill -9 of database and web under load, 20 times: every acknowledged report is there, once (the test does it 3 times).

Prints how long clients waited after each kill until they were served again.
"""

import os
import subprocess
import sys
from pathlib import Path

TEST = Path(__file__).resolve().parents[1] / "tests" / "ops" / "test_kill_under_load.py"

if __name__ == "__main__":
    kills = os.environ.get("FENGQIAO_KILLS", "20")
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-s", TEST], env=os.environ | {"FENGQIAO_KILLS": kills}))

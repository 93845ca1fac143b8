"""What a web process holds in memory before anybody asks anything (aim of the whole product at rest: 600 MB)."""

import os
import subprocess
import sys

HEAVY = ("scipy", "sklearn", "openpyxl", "docx", "docxtpl", "pypinyin", "pandas", "procrastinate.contrib.django.worker")


def test_a_web_process_loads_what_few_pages_need_only_when_they_are_asked_for() -> None:
    script = (
        "import django; django.setup(); import fengqiao.config.wsgi, fengqiao.config.urls, sys;"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "fengqiao.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

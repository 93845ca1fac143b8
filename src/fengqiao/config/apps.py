import os

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "fengqiao.config"
    label = "config"
    verbose_name = "装配"

    def ready(self) -> None:
        """Connect ports and listeners once every app is loaded. The live stream needs neither, nor their memory."""
        if os.environ.get("FENGQIAO_PROCESS") == "stream":
            return
        from fengqiao.config import wiring  # apps must be loaded first

        wiring.connect()

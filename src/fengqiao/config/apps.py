from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "fengqiao.config"
    label = "config"
    verbose_name = "装配"

    def ready(self) -> None:
        """Connect ports and listeners once every app is loaded."""
        from fengqiao.config import wiring  # apps must be loaded first

        wiring.connect()

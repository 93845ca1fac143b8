from django.apps import AppConfig


class ForceConfig(AppConfig):
    name = "fengqiao.force"
    label = "force"
    verbose_name = "队伍"

    def ready(self) -> None:
        """Say on the pages of areas who stands in them."""
        from fengqiao.force import queries  # apps must be loaded first
        from fengqiao.places import ports

        ports.serve_staffing(queries.staffing)

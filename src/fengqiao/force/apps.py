from django.apps import AppConfig


class ForceConfig(AppConfig):
    name = "fengqiao.force"
    label = "force"
    verbose_name = "队伍"

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "fengqiao.insight"
    label = "insight"
    verbose_name = "数据"

from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "fengqiao.field"
    label = "field"
    verbose_name = "手机端"

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "fengqiao.promises"
    label = "promises"
    verbose_name = "流转"

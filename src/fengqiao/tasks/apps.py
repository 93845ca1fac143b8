from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "fengqiao.tasks"
    label = "tasks"
    verbose_name = "任务"

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "fengqiao.places"
    label = "places"
    verbose_name = "辖区"

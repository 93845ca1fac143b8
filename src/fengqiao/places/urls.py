from django.urls import path

from fengqiao.places import views

app_name = "places"
urlpatterns = [
    path("", views.areas, name="areas"),
    path("draw/", views.draw, name="draw"),
    path("import/", views.import_areas, name="import"),
    path("<int:area_id>/", views.area, name="area"),
    path("<int:area_id>/unlink/<int:grid_id>/", views.unlink, name="unlink"),
    path("<int:area_id>/<slug:name>/", views.step, name="step"),
]

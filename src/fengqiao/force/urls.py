from django.urls import path

from fengqiao.force import views

app_name = "force"
urlpatterns = [
    path("", views.placements, name="placements"),
    path("gaps/", views.gaps, name="gaps"),
    path("teams/", views.teams, name="teams"),
    path("roster/", views.roster, name="roster"),
    path("roster/<uuid:duty_id>/cancel/", views.cancel_duty, name="cancel_duty"),
    path("stations/", views.stations, name="stations"),
    path("stations/<int:station_id>/template/", views.template, name="template"),
    path("import/", views.import_roll, name="import"),
    path("placements/<uuid:placement_id>/", views.placement, name="placement"),
    path("placements/<uuid:placement_id>/end/", views.end, name="end"),
    path("new/<slug:name>/", views.step, name="step"),
]

from django.urls import path

from fengqiao.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.boxes, name="boxes"),
    path("new/", views.new, name="new"),
    path("<uuid:task_id>/", views.page, name="page"),
    path("<uuid:task_id>/<slug:move>/", views.move, name="move"),
]

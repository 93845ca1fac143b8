from django.urls import path

from fengqiao.tasks.views import boxes, findings, meetings

app_name = "tasks"
urlpatterns = [
    path("", boxes.boxes, name="boxes"),
    path("new/", boxes.new, name="new"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.new, name="meet"),
    path("meetings/<uuid:meeting_id>/", meetings.meeting, name="meeting"),
    path("findings/", findings.findings, name="findings"),
    path("findings/new/", findings.new, name="find"),
    path("findings/<uuid:finding_id>/", findings.decide, name="decide"),
    path("<uuid:task_id>/", boxes.page, name="page"),
    path("<uuid:task_id>/<slug:move>/", boxes.move, name="move"),
]

from django.urls import path

from fengqiao.promises import views

app_name = "promises"
urlpatterns = [
    path("promises/", views.boxes, name="boxes"),
    path("promises/box/<slug:box>/", views.boxes, name="box"),
    path("promises/box/<slug:box>/export/", views.export_box, name="export"),
    path("promises/send/<uuid:about>/", views.send, name="send"),
    path("promises/joint/<uuid:about>/", views.joint, name="joint"),
    path("promises/<uuid:promise_id>/", views.page, name="page"),
    path("promises/<uuid:promise_id>/again/", views.again, name="again"),
    path("promises/<uuid:promise_id>/slip.pdf", views.slip_pdf, name="slip_pdf"),
    path("promises/<uuid:promise_id>/<slug:move>/", views.move, name="move"),
    path("slip/<str:token>/", views.slip, name="slip"),
]

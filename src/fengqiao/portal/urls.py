from django.urls import path

from fengqiao.portal import views

app_name = "portal"
urlpatterns = [path("ask/", views.ask, name="ask")]

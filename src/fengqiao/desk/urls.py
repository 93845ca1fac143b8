"""Addresses of the office's door. Changing user has none of its own app: see config/urls.py."""

from django.urls import path

from fengqiao.desk.views import (
    health,
    law,
    ledger,
    notices,
    offline,
    outbox,
    saved,
    search,
    settings,
    signon,
    today,
)

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("notices/", notices.overview, name="notices"),
    path("notices/<str:group>/", notices.group, name="notice_group"),
    path("notices/<str:group>/known/", notices.known, name="notice_known"),
    path("search/", search.search, name="search"),
    path("search/key/", search.by_key, name="search_key"),
    path("views/", saved.overview, name="views"),
    path("views/<int:view_id>/drop/", saved.drop, name="view_drop"),
    path("views/save/<path:page>", saved.keep, name="view_save"),
    path("duty/", today.duty, name="duty"),
    path("post/", signon.post, name="post"),
    path("demo/", signon.demo, name="demo"),
    path("outbox/", outbox.listing, name="outbox"),
    path("outbox/paper/", outbox.paper, name="outbox_paper"),
    path("outbox/printed/", outbox.printed, name="outbox_printed"),
    path("outbox/<uuid:message_id>/", outbox.leave, name="outbox_leave"),
    path("health/", health.health, name="health"),
    path("sw.js", offline.worker, name="worker"),
    path("offline/", offline.offline, name="offline"),
    path("ledger/", ledger.daily, name="ledger"),
    path("settings/", settings.overview, name="settings"),
    path("settings/pin/", signon.pin, name="pin"),
    path("settings/organisations/", settings.organisations, name="organisations"),
    path("settings/organisations/new/", settings.new_organisation, name="organisation_new"),
    path("settings/organisations/<int:org_id>/", settings.organisation, name="organisation"),
    path("settings/organisations/<int:org_id>/posts/", settings.new_post, name="post_new"),
    path("settings/organisations/<int:org_id>/mode/", settings.mode, name="mode"),
    path("settings/posts/<int:post_id>/end/", settings.end_post, name="post_end"),
    path("settings/accounts/", settings.new_account, name="account_new"),
    path("settings/law/", law.rules, name="law"),
    path("settings/law/<slug:rule>/", law.edition, name="law_edition"),
    path("settings/mappings/", settings.mappings, name="mappings"),
]

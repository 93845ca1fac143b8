"""The web process: synchronous Django under granian's WSGI threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengqiao.config.settings")
application = get_wsgi_application()

"""Django settings, one file per concern."""

from fengqiao.config.settings.apps import *  # noqa: F403
from fengqiao.config.settings.database import *  # noqa: F403
from fengqiao.config.settings.locale import *  # noqa: F403
from fengqiao.config.settings.security import *  # noqa: F403

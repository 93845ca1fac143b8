"""Chinese first. Instants are stored in UTC, shown and counted in Asia/Shanghai."""

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_L10N = True

"""What the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from config.observing import start
from config.pages import KeptPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = KeptPages(get_wsgi_application())
start("storekeeper-web")

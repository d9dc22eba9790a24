"""Django's admin on the shop's own orders table: the peer of `tests.bench.scale`. A side as well.

Runs in the environment that `tests.bench.setup` makes; the shop's code is not imported.
"""

# mypy: ignore-errors

from __future__ import annotations

import json
import os
import sys
import time
from urllib.parse import urlsplit


def configure(url: str) -> None:
    """Set Django up on a database, with its own tables beside the shop's."""
    from django.conf import settings

    parts = urlsplit(url)
    apps = ("admin", "auth", "contenttypes", "sessions", "messages")
    backends = "django.template.backends.django.DjangoTemplates"
    names = [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench_urls",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[f"django.contrib.{name}" for name in apps],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {"BACKEND": backends, "APP_DIRS": True, "OPTIONS": {"context_processors": names}}
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path[1:],
                "USER": parts.username,
                "PASSWORD": parts.password,
                "HOST": parts.hostname,
                "PORT": parts.port,
                "CONN_MAX_AGE": 600,
            }
        },
    )


def admin_site() -> None:
    """Register the orders table with Django's admin as somebody would: list, search, filter."""
    import types

    from django.contrib import admin
    from django.db import models
    from django.urls import path

    class Customer(models.Model):
        id = models.UUIDField(primary_key=True)
        name = models.CharField(max_length=200)

        class Meta:
            app_label, db_table, managed = "admin", "customers", False

    class Order(models.Model):
        id = models.UUIDField(primary_key=True)
        number = models.BigIntegerField()
        customer = models.ForeignKey(Customer, models.DO_NOTHING)
        state = models.CharField(max_length=32)
        note = models.TextField()
        promised_on = models.DateField(null=True)
        created_at = models.DateTimeField()

        class Meta:
            app_label, db_table, managed = "admin", "orders", False

    class OrderAdmin(admin.ModelAdmin):
        list_display = ("number", "customer", "state", "promised_on", "created_at")
        list_select_related = ("customer",)
        list_per_page = 50
        list_filter = ("state",)
        search_fields = ("number", "note", "customer__name")
        ordering = ("-created_at",)
        raw_id_fields = ("customer",)

    admin.site.register(Order, OrderAdmin)
    urls = types.ModuleType("bench_urls")
    urls.urlpatterns = [path("admin/", admin.site.urls)]
    sys.modules["bench_urls"] = urls


def main() -> None:
    import django

    configure(os.environ["OWNER_DATABASE_URL"].replace("+psycopg", ""))
    django.setup()
    admin_site()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", verbosity=0)
    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders")
        deep = cursor.fetchone()[0] // 100
        cursor.execute("SELECT id FROM orders ORDER BY created_at DESC LIMIT 1")
        newest = cursor.fetchone()[0]
    pages = {
        "Django's admin: order list": "/admin/admin/order/",
        "Django's admin: deep page": f"/admin/admin/order/?p={deep}",
        "Django's admin: one order": f"/admin/admin/order/{newest}/change/",
        "Django's admin: search by a word": "/admin/admin/order/?q=quillfeather",
    }
    print(json.dumps(list(pages)), flush=True)
    for line in sys.stdin:
        address = pages[line.strip()]
        started = time.perf_counter()
        answer = client.get(address)
        took_ms = (time.perf_counter() - started) * 1000
        assert answer.status_code == 200, (address, answer.status_code)
        print(f"{took_ms:.3f}", flush=True)


if __name__ == "__main__":
    main()

"""What can be done to integrations."""

from __future__ import annotations

from app.core.permissions import permission
from app.core.translations import _l

VIEW = permission("integration.view", _l("View integrations"), "finance")
MANAGE = permission("integration.manage", _l("Manage integrations"))

"""What can be done to integrations."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission("integration.view", "View integrations", "finance")
MANAGE = permission("integration.manage", "Manage integrations")

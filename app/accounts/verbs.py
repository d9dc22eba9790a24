"""What can be done to staff accounts."""

from __future__ import annotations

from app.core.permissions import permission

MANAGE = permission("staff.manage", "Manage staff and roles")

"""What can be done to customers."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission(
    "customer.view", "View customers", "sales", "prepress", "planner", "warehouse", "finance"
)
EDIT = permission("customer.edit", "Edit customers", "sales", "finance")

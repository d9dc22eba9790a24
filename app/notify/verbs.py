"""What can be done to messages."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission(
    "message.view", "View messages", "sales", "prepress", "planner", "warehouse", "finance"
)
RESEND = permission("message.resend", "Resend messages", "sales")

"""The tests. Modules that were renamed are found by their former names for a short while."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from typing import Any

FORMER = {
    "tests.furnishing": "tests.preset_shop",
    "tests.desk": "tests.back_office_app",
    "tests.reacting": "tests.due_reactions",
    "tests.placed": "tests.order_rows",
    "tests.backoffice.busy": "tests.backoffice.busy_shop",
    "tests.backoffice.many": "tests.backoffice.bulk_rows",
    "tests.backoffice.orders_at": "tests.backoffice.orders_in_state",
    "tests.backoffice.taking": "tests.backoffice.new_order_form",
    "tests.files.making": "tests.files.sample_files",
    "tests.files.sending": "tests.files.uploading",
    "tests.browser.entering": "tests.browser.signed_in",
    "tests.browser.access": "tests.browser.accessibility",
    "tests.browser.live_line": "tests.browser.live_updates",
}
FUNCTIONS = {
    "tests.furnishing": {"furnish": "load_presets"},
    "tests.desk": {"desk": "back_office_app", "hidden": "hidden_values", "words": "page_text"},
    "tests.reacting": {"settle": "run_due_reactions"},
    "tests.placed": {"person": "staff_actor"},
    "tests.backoffice.orders_at": {"brought_to": "order_in_state"},
}


class FormerNames(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return importlib.machinery.ModuleSpec(name, self) if name in FORMER else None

    def create_module(self, spec: Any) -> Any:
        return None

    def exec_module(self, module: Any) -> None:
        found = importlib.import_module(FORMER[module.__name__])
        module.__dict__.update({k: v for k, v in vars(found).items() if not k.startswith("__")})
        for former, name in FUNCTIONS.get(module.__name__, {}).items():
            setattr(module, former, getattr(found, name))


sys.meta_path.append(FormerNames())

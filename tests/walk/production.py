"""What happens on the floor and in the packing room on the walk."""

from __future__ import annotations

from tests.walk.staff import Staff
from tests.walk.web_client import Browser, Page, WalkFailed, until

MOST_STEPS = 60


class Floor:
    """Stations and packing for one order."""

    def __init__(self, staff: Staff, ref: str) -> None:
        self.staff = staff
        self.ref = ref

    def job_numbers(self) -> list[str]:
        """Return the numbers of the order's jobs."""
        page = self.staff.order_page(self.ref)
        return [text for text in page.texts("#jobs a.ref") if text.startswith("J-")]

    def job(self, number: str) -> Page:
        """Return the job's page."""
        return self.staff["planner"].get(f"/admin/job/{number}")

    def wait_ready(self, number: str) -> None:
        """Wait until every gate of the job is open."""

        def look() -> Page | None:
            page = self.job(number)
            return page if self.state(page) not in {"", "new"} else None

        until(look, f"{number} to be ready")

    def state(self, page: Page) -> str:
        """Return the state that the job's page carries."""
        return (page.attributes("[data-job-state]", "data-job-state") or [""])[0]

    def ticket(self, number: str) -> int:
        """Return the size of the work order's PDF in bytes."""

        def look() -> bool:
            return bool(self.job(number).attributes(f"a[href$='{number}/ticket']", "href"))

        until(look, f"The work order of {number}")
        paper = self.staff["operator"].fetch(f"/admin/job/{number}/ticket")
        if paper[:5] != b"%PDF-":
            raise WalkFailed(f"The work order of {number} is no PDF.")
        return len(paper)

    def make(self, number: str) -> dict[str, int]:
        """Scan, start, count and finish step after step until the job is finished."""
        counted = {"steps": 0, "good": 0, "spoiled": 0}
        for _ in range(MOST_STEPS):
            page = self.job(number)
            if self.state(page) == "finished":
                return counted
            self._one_move(number, page, counted)
        raise WalkFailed(f"{number} was not finished after {MOST_STEPS} moves.")

    def _one_move(self, number: str, page: Page, counted: dict[str, int]) -> None:
        centre = (page.attributes("[data-work-centre]", "data-work-centre") or [""])[0]
        if not centre:
            raise WalkFailed(f"{number} has no step to work on, yet it is {self.state(page)}.")
        check = bool(page.attributes("[data-work-centre][data-check]", "data-check"))
        browser = self.staff["quality" if check else "operator"]
        place = f"/admin/station/{centre}"
        found = browser.submit(browser.get(place), f"{place}/scan", {"code": number})
        if number not in found.text:
            raise WalkFailed(f"Scanning {number} at {centre} does not show it.")
        here = f"{place}?job={number}"
        for verb in ("start_operation", "pass_quality", "count_pieces", "finish_operation"):
            form = found.form(f"/{verb}")
            if form is None:
                continue
            values: dict[str, str] = {}
            if verb == "count_pieces":
                left = int(form.inputs["good"].get("max") or 0)
                spoil = 1 if not counted["spoiled"] and left > 1 else 0
                values = {"good": str(left - spoil), "spoiled": str(spoil)}
                if spoil:
                    values["cause"] = "spoiled on purpose by the walk"
                counted["good"] += left - spoil
                counted["spoiled"] += spoil
            self._press(browser, here, f"/{verb}", values, self._mark(found))
            counted["steps"] += verb in {"finish_operation", "pass_quality"}
            return
        raise WalkFailed(f"{here} offers nothing to do for {number}: {found.faults()}")

    def _press(
        self, browser: Browser, place: str, action: str, values: dict[str, str], mark: str
    ) -> None:
        """Send the form until the page shows another mark than before."""
        browser.act(place, action, values, done=lambda now: self._mark(now) != mark)

    def _mark(self, page: Page) -> str:
        return "|".join(page.attributes("[data-mark]", "data-mark"))

    def shipment(self) -> str:
        """Return the number of the order's shipment, waiting for it."""

        def look() -> str:
            page = self.staff.order_page(self.ref)
            return next((t for t in page.texts("#shipments .ref") if t.startswith("S-")), "")

        return str(until(look, f"The shipment of {self.ref}"))

    def send(self, number: str) -> str:
        """Pick, pack, buy the label, ship; return the tracking number."""
        browser, place = self.staff["warehouse"], f"/admin/shipment/{number}"
        self._until_gone(browser, place, "/start_picking")
        self._until_gone(browser, place, "/pack", {"weight_g": "640"})
        self._until_gone(browser, place, "/buy_label")

        def labelled() -> str:
            return (browser.get(place).attributes("[data-tracking]", "data-tracking") or [""])[0]

        tracking = until(labelled, "The tracking number")
        if browser.fetch(f"{place}/label")[:5] != b"%PDF-":
            raise WalkFailed("The label is no PDF.")
        self._until_gone(browser, place, "/mark_shipped")
        return str(tracking)

    def _until_gone(
        self, browser: Browser, place: str, action: str, values: dict[str, str] | None = None
    ) -> None:
        """Send the form and see that the page offers it no more; it must have been offered."""
        until(lambda: browser.get(place).form(action) is not None, f"The form {action} on {place}")
        browser.act(place, action, values, done=lambda now: now.form(action) is None)

    def deliver(self, number: str) -> None:
        """Note that the parcel arrived."""
        self._until_gone(self.staff["warehouse"], f"/admin/shipment/{number}", "/mark_delivered")

"""What a fault of the database means: it is away for now, or others held what was needed."""

import psycopg
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    TimeoutError,
)

#: Classes of which every fault means that nothing was saved and that a later try may do.
OUTAGES: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PendingRollbackError,
    TimeoutError,  # all connections of this process are taken
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
#: Lock time-out, deadlock, serialisation failure: the transaction as a whole may be tried again.
CONTENTION = {"55P03", "40P01", "40001"}


def is_outage(error: BaseException) -> bool:
    """Return whether the database did not answer, ended the connection or gave up waiting."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OUTAGES)


def is_contention(error: BaseException) -> bool:
    """Return whether another transaction was in the way: this one has ended and left nothing."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in CONTENTION

"""Does one deed in a process of its own, which kills itself just before its n-th word with the database.

A line of JSON on standard input says which deed and which word; the answer is "killed" or "done". The program is
loaded once, and each deed is done by a fork of it.
"""

import json
import os
import signal
import sys
from datetime import date
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from app.db import Database, make_engine
from app.installation import command_actor
from app.models.imports import ImportBatch
from app.models.task import TaskStatus
from app.queries import directory as directory_queries
from app.queries import tasks as task_queries
from app.rules.permissions import Viewer
from app.services import hand_over as hand_over_services
from app.services import imports as import_services
from app.services import progress as progress_services
from app.services.progress import Statement
from tests.office import HOME


def import_table(session: Session, actor: Viewer, wanted: dict[str, Any]) -> None:
    batch = session.get_one(ImportBatch, wanted["batch"])
    import_services.commit(session, batch, actor=actor, title=wanted["title"], year=batch.year)


def report(session: Session, actor: Viewer, wanted: dict[str, Any]) -> None:
    task = task_queries.get_task(session, actor, wanted["task"])
    statement = Statement(TaskStatus.IN_PROGRESS, wanted["completion"], wanted["progress"])
    progress_services.report_progress(session, task, statement, actor=actor)


def hand_over(session: Session, actor: Viewer, wanted: dict[str, Any]) -> None:
    giver, taker = (
        directory_queries.get_official(session, actor, wanted[side]) for side in ("giver", "taker")
    )
    day = date.fromisoformat(wanted["day"])
    hand_over_services.confirm_hand_over(
        session, giver, taker, effective_on=day, reason="分工调整", actor=actor
    )


DEEDS = {"import": import_table, "report": report, "hand-over": hand_over}


def do(wanted: dict[str, Any]) -> None:
    words = 0

    def count(*_: object) -> None:
        nonlocal words
        words += 1
        if words == wanted["word"]:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = make_engine(os.environ["DUBAN_DATABASE_URL"])
    for word in ("before_cursor_execute", "commit"):
        event.listen(engine, word, count)
    with Database(engine).writing() as session:
        DEEDS[wanted["deed"]](session, command_actor(session, HOME), wanted)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                do(json.loads(line))
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else f"done {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()

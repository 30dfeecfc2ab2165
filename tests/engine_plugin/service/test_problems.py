# SPDX-License-Identifier: Apache-2.0
"""Every error has a status, and what to send is said beside its remedy, not in it."""

from __future__ import annotations

import inspect
import string

import pytest

from engine_plugin.engine_api import errors as engine
from engine_plugin.service import errors as http
from engine_plugin.service import jobs
from engine_plugin.service.problems import RETRY_AFTER, STATUS, WORDING, problem, status_of
from engine_plugin.settings import conflict
from engine_plugin.settings import errors as settings
from numa_domain.base.errors import HostError, NumaError, Problems
from tests.house.test_rooms import ADAPTERS_WORDS

NOT_AN_ANSWER = {
    engine.LoginFailed,  # of the command line
    settings.HostsUnseen,
    settings.BothKinds,  # these are told of inside an answer
    settings.FormerName,
    settings.Migratable,
    settings.PropertiesGone,
    settings.WritesUnseeable,
    settings.PoolPartly,  # these have the status of their cause
    settings.StoredUnread,
    settings.AdoptPartly,
}
BASES = {engine.EngineAway, engine.EngineError, settings.SettingsError, http.HttpError}


def kinds(module: object) -> set[type[NumaError]]:
    found = {kind for _, kind in inspect.getmembers(module, inspect.isclass)}
    return {k for k in found if issubclass(k, NumaError) and k.__module__ == module.__name__}


def test_every_error_that_is_an_answer_has_a_status() -> None:
    answers = kinds(engine) | kinds(settings) | kinds(conflict) | kinds(http) | kinds(jobs)
    answers = {kind for kind in answers - BASES if not issubclass(kind, Problems)}
    assert set(STATUS) == answers - NOT_AN_ANSWER


def test_errors_of_the_core_have_the_status_of_who_must_act() -> None:
    assert status_of(NumaError("numa_nodeset")) == 422
    assert status_of(HostError("host")) == 409


def test_several_problems_have_the_status_of_the_first() -> None:
    malformed = http.BodyMalformed("nodeset", reason="it is no text")
    assert status_of(http.ManyMalformed([malformed, malformed])) == 422


def test_errors_with_a_time_to_come_back_are_503_or_504() -> None:
    assert {STATUS[kind] for kind in RETRY_AFTER} == {503, 504}


@pytest.mark.parametrize("kind", sorted(WORDING.hints, key=lambda kind: kind.__name__))
def test_hint_needs_no_fact_that_the_message_lacks(kind: type[NumaError]) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert fields(WORDING.hints[kind]) <= fields(kind.what) | {"id"}


def test_hint_stands_beside_the_remedy() -> None:
    found = problem(settings.NativeNodes("numanodes", name="db1", count=2, id="0d5f"), "req-1")
    assert found == {
        "type": "urn:ovirt-numa:problem:NativeNodes",
        "title": "Native nodes",
        "status": 409,
        "instance": "urn:ovirt-numa:request:req-1",
        "detail": "numanodes: db1 has 2 virtual NUMA nodes of oVirt's own, which ours would"
        " contradict; take them over, or remove them in oVirt (Host, NUMA)",
        "code": "NativeNodes",
        "blames": "request",
        "where": "numanodes",
        "remedy": "take them over, or remove them in oVirt (Host, NUMA)",
        "hint": "POST /api/v1/vms/0d5f/numa/adopt",
        "problems": [
            {
                "code": "NativeNodes",
                "blames": "request",
                "where": "numanodes",
                "message": "db1 has 2 virtual NUMA nodes of oVirt's own, which ours would"
                " contradict",
                "remedy": "take them over, or remove them in oVirt (Host, NUMA)",
                "hint": "POST /api/v1/vms/0d5f/numa/adopt",
                "facts": {"name": "db1", "count": 2, "id": "0d5f"},
            }
        ],
    }


def test_pool_that_was_changed_in_part_answers_as_its_cause() -> None:
    cause = settings.HooksMissing("cluster c", name="d2", hosts="h", hook="x/50_numa")
    facts = {"name": "desktops", "done": 1, "of": 2, "vms": "d1", "failed": "0d5f"}
    found = settings.PoolPartly("vmpools", cause=cause, written=["a"], left=["b"], **facts)
    assert (status_of(found), found.blames) == (409, "setup")
    assert WORDING.hint(found) == "?force=true"


@pytest.mark.parametrize("kind", sorted(kinds(engine), key=lambda kind: kind.__name__))
def test_errors_of_the_engine_speak_neither_http_nor_options(kind: type[NumaError]) -> None:
    assert not ADAPTERS_WORDS.search(f"{kind.what} {kind.todo}")

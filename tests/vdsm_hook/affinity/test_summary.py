# SPDX-License-Identifier: Apache-2.0
"""What numa-hook, the metrics and the engine are told of the service: by the file of one that
runs, of one that was killed, and of none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from numa_domain.host.told_affinity import ToldAffinity
from vdsm_hook.affinity.state import process_ticks, write
from vdsm_hook.affinity.summary import summary, text, told
from vdsm_hook.config import Config

from .test_state import STATE


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(run_dir=str(tmp_path))


@pytest.fixture
def runs(config: Config) -> Config:
    """This process stands for the service: it is there."""
    write(STATE.replace(ticks=process_ticks(os.getpid()), last_pin=1_772_355_400), config.run_dir)
    return config


def test_service_that_runs_is_told_with_its_figures(runs: Config) -> None:
    found = summary(runs)
    assert (found["running"], found["connected"], found["since"]) == (True, True, 1_772_355_302)
    assert (found["vms"], found["pins"], found["passes"]) == (1, 128, 2)
    assert found["vcpus"] == {"held": 3, "away": 2, "free": 1, "left": 1}
    assert [each["name"] for each in found["problems"]] == ["web1"]


def test_service_that_was_killed_holds_nothing(config: Config) -> None:
    write(STATE, config.run_dir)
    found = summary(config)
    assert (found["running"], found["since"], found["vms"]) == (False, 0, 0)
    assert set(found["vcpus"].values()) == {0}


def test_text_for_people(runs: Config) -> None:
    lines = text(summary(runs), "/usr/lib/systemd/system/x.service")
    assert [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", line) for line in lines] == [
        "numa-affinity runs since TIME: 3 vCPUs of 1 VM held, 2 away, 1 left to their pinning",
        "it has put 128 pins right, the last TIME",
        "web1: away",
    ]


@pytest.mark.parametrize(("unit", "state"), [("", "is not installed"), ("x", "does not run")])
def test_text_of_none_says_what_that_means(config: Config, unit: str, state: str) -> None:
    assert text(summary(config), unit) == [
        f"numa-affinity {state}: vCPUs of VMs without a CPU policy are pinned to all nodes by VDSM"
    ]


def test_engine_is_told_that_vcpus_are_held(runs: Config) -> None:
    assert told(runs, 1_796_000_500.7) == ToldAffinity(True, 1_772_355_302, 1_796_000_500)


def test_engine_is_told_that_they_are_not_without_libvirt(runs: Config) -> None:
    write(STATE.replace(ticks=process_ticks(os.getpid()), connected=False), runs.run_dir)
    assert not told(runs, 1.0).holds


def test_engine_is_told_that_they_are_not_without_the_service(config: Config) -> None:
    assert told(config, 1_796_000_500.0) == ToldAffinity(False, 0, 1_796_000_500)


def test_file_that_cannot_be_read_is_told_in_place_of_a_service_that_does_not_run(
    config: Config,
) -> None:
    Path(config.run_dir, "affinity.json").write_text("{")
    found = summary(config)
    assert found["running"] is False
    assert text(found, "x") == [found["problem"]]
    assert found["problem"].startswith(
        f"{config.run_dir}/affinity.json: what numa-affinity holds cannot be read: "
    )

# SPDX-License-Identifier: Apache-2.0
"""VMs start, stop and move with the real hooks, on the XML of a real engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.engine_plugin.demo.vdsm_host.client import Answered, Client
from tests.engine_plugin.demo.vdsm_host.domain import domain
from tests.engine_plugin.demo.vdsm_host.hosts import Hosts

NAME = "epyc-nps4"
HOST_HAS = "its nodes are 0-7: name some of these, or auto, or choose another host"
HOOK = f"numa: numa_nodeset: the host has no node 9; {HOST_HAS}"


def created(client: Client, name: str, **wanted: Any) -> str:
    """The id of a VM that has been started, or has failed to: its event is still to come."""
    vm_id, xml = domain(name, **wanted)
    answer = client.call("VM.create", vmID=vm_id, vmParams={"vmId": vm_id, "xml": xml})
    assert (answer["vmId"], answer["status"], answer["xml"]) == (vm_id, "WaitForLaunch", xml)
    return vm_id


def running(client: Client, name: str, **wanted: Any) -> str:
    vm_id = created(client, name, **wanted)
    assert client.status(vm_id)["status"] == "Up"
    return vm_id


def settled(client: Client, vm_id: str) -> str:
    """The status that a VM's events end with."""
    while (status := str(client.status(vm_id)["status"])) == "Migration Source":
        pass
    return status


def test_a_vm_with_settings_gets_numatune_and_cells(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "two-cells", numa_nodeset="0-1", numa_topology="2")
    xml = etree.fromstring(client.call("Host.dumpxmls", vmList=[vm_id])[vm_id].encode())
    memory = xml.find("numatune/memory")
    assert memory is not None
    assert dict(memory.attrib) == {"mode": "strict", "nodeset": "0-1"}
    assert [cell.get("cpus") for cell in xml.findall("cpu/numa/cell")] == [
        "0-1,4,6,8,10,12,14",
        "2-3,5,7,9,11,13,15",
    ]


def test_the_xml_is_kept_where_one_can_look_at_it(
    engine: Callable[[str], Client], hosts: Hosts
) -> None:
    client = engine(NAME)
    vm_id = running(client, "kept", numa_nodeset="1")
    kept = (hosts.data / f"hosts/{NAME}/vms/kept.xml").read_text()
    assert kept == client.call("Host.dumpxmls", vmList=[vm_id])[vm_id]
    assert '<memory mode="strict" nodeset="1"/>' in kept


def test_a_vm_without_settings_is_left_alone(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "plain")
    assert "<numatune" not in client.call("Host.dumpxmls", vmList=[vm_id])[vm_id]


def test_vdsm_fills_in_what_only_the_host_knows(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "facts")
    xml = client.call("Host.dumpxmls", vmList=[vm_id])[vm_id]
    assert not [word for word in ("OS-NAME:", "OS-VERSION:", "HOST-SERIAL:") if word in xml]


def test_a_refusal_is_a_vm_that_is_down_with_the_hooks_line(
    engine: Callable[[str], Client],
) -> None:
    client = engine(NAME)
    vm_id = created(client, "refused", numa_nodeset="7,9")
    found = client.status(vm_id)
    expected = {
        "status": "Down",
        "vmId": vm_id,
        "exitCode": 1,
        "exitReason": 1,
        "exitMessage": f"Hook Error: (b'{HOOK}\\n',)",
        "timeOffset": "0",
    }
    assert found == expected
    stats = client.call("VM.getStats", vmID=vm_id)[0]
    assert {key: stats[key] for key in expected} == expected
    assert client.call("VM.destroy", vmID=vm_id) is True
    assert client.call("Host.getVMList", vmList=[vm_id], onlyUUID=True) == []


def test_a_host_that_is_full_refuses_too(engine: Callable[[str], Client]) -> None:
    client = engine("xeon-full")
    vm_id = created(client, "big", numa_nodeset="1", memory_mb=8192)
    assert "free" in client.status(vm_id)["exitMessage"]


def test_properties_are_the_hooks_environment(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path], tmp_path: Path
) -> None:
    script = 'echo "$vmId|$colour|$(pwd)|$HOME" > ' + str(tmp_path / "seen")
    hook(NAME, "before_vm_start", script + "\n")
    vm_id = running(engine(NAME), "seen", colour="dark blue")
    assert (tmp_path / "seen").read_text() == f"{vm_id}|dark blue|/|\n"


def test_another_hooks_refusal_counts_as_well(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    hook(NAME, "before_vm_start", "echo 'not today' >&2; exit 2\n")
    client = engine(NAME)
    vm_id = created(client, "not-today")
    assert client.status(vm_id)["exitMessage"] == "Hook Error: (b'not today\\n',)"


def test_statistics_of_a_vm_that_runs(engine: Callable[[str], Client]) -> None:
    client = engine("spr-snc4")
    vm_id = running(client, "watched")
    stats = client.call("VM.getStats", vmID=vm_id)[0]
    assert [each["vmId"] for each in client.call("Host.getAllVmStats")] == [vm_id]
    assert (stats["status"], stats["vmName"], stats["monitorResponse"]) == ("Up", "watched", "0")
    assert int(stats["statusTime"]) > 2**31
    host = client.call("Host.getStats")
    assert (host["vmCount"], host["vmActive"], host["vmMigrating"]) == (1, 1, 0)
    assert client.call("VM.getInfo", vmID=vm_id)["vmName"] == "watched"
    assert client.call("Host.getVMFullList", vmList=[vm_id])[0]["vmId"] == vm_id


def test_destroy_frees_the_reservation(engine: Callable[[str], Client], hosts: Hosts) -> None:
    client = engine(NAME)
    vm_id = running(client, "reserved", numa_nodeset="5", memory_mb=60000)
    other = created(client, "no-room", numa_nodeset="5", memory_mb=60000)
    assert client.status(other)["status"] == "Down"
    assert client.call("VM.destroy", vmID=vm_id) is True
    assert client.status(vm_id)["exitMessage"] == "Admin shut down from the engine"
    running(client, "room-again", numa_nodeset="5", memory_mb=60000)


def test_after_vm_destroy_runs_once(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path], tmp_path: Path
) -> None:
    hook(NAME, "after_vm_destroy", f"echo once >> {tmp_path / 'seen'}; exit 2\n")
    client = engine(NAME)
    vm_id = running(client, "ends")
    assert client.call("VM.shutdown", vmID=vm_id, delay="0", message="") is True
    found = client.status(vm_id)
    assert (found["status"], found["exitCode"], found["exitReason"]) == ("Down", 0, 6)
    client.call("VM.destroy", vmID=vm_id)
    assert (tmp_path / "seen").read_text() == "once\n"


def test_before_vm_destroy_cannot_refuse_and_gets_no_xml(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path], tmp_path: Path
) -> None:
    script = f'wc -c < "$_hook_domxml" > {tmp_path / "seen"}; exit 2'
    hook(NAME, "before_vm_destroy", script + "\n")
    client = engine(NAME)
    vm_id = running(client, "goes")
    assert client.call("VM.destroy", vmID=vm_id) is True
    assert (tmp_path / "seen").read_text() == "0\n"


def test_before_vm_pause_may_refuse(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    hook(NAME, "before_vm_pause", "echo 'not now' >&2; exit 1\n")
    client = engine(NAME)
    vm_id = running(client, "busy")
    with pytest.raises(Answered) as caught:
        client.call("VM.pause", vmID=vm_id)
    assert (caught.value.code, caught.value.message) == (1500, "Hook Error: (b'not now\\n',)")
    assert client.call("VM.getStats", vmID=vm_id)[0]["status"] == "Up"


def test_hooks_see_and_change_what_is_told(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    change = """sed -i 's/"memUsage": "0"/"memUsage": "42"/g' "$_hook_json"\n"""
    for point in ("after_get_vm_stats", "after_get_all_vm_stats"):
        hook("spr-snc4", point, change)
    hook("spr-snc4", "after_get_stats", """sed -i 's/"active"/"here"/' "$_hook_json"\n""")
    client = engine("spr-snc4")
    vm_id = running(client, "told")
    assert client.call("VM.getStats", vmID=vm_id)[0]["memUsage"] == "42"
    assert {vm["memUsage"] for vm in client.call("Host.getAllVmStats")} == {"42"}
    assert client.call("Host.getStats")["momStatus"] == "here"


def test_a_hook_before_may_keep_the_host_from_telling(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    hook("spr-snc4", "before_get_stats", "echo 'ask later' >&2; exit 2\n")
    with pytest.raises(Answered) as caught:
        engine("spr-snc4").call("Host.getStats")
    assert (caught.value.code, caught.value.message) == (1500, "Hook Error: (b'ask later\\n',)")


def test_a_vm_that_is_destroyed_while_it_starts_leaves_nothing(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    hook(NAME, "before_vm_start", "sleep 1\n")
    client = engine(NAME)
    vm_id = created(client, "cut-short", numa_nodeset="0")
    assert client.call("VM.destroy", vmID=vm_id) is True
    assert client.call("Host.getVMList", vmList=[vm_id]) == []
    assert [client.status(vm_id)["status"] for _ in range(2)] == ["Up", "Down"]


@pytest.mark.parametrize("method", ["VM.destroy", "VM.getStats", "VM.reset", "VM.shutdown"])
def test_what_is_not_there_is_told(method: str, engine: Callable[[str], Client]) -> None:
    with pytest.raises(Answered) as caught:
        engine(NAME).call(method, vmID="none")
    text = "Virtual machine does not exist: {'vmId': 'none'}"
    assert (caught.value.code, caught.value.message) == (1, text)


def test_a_vm_is_created_once(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    _, xml = domain("twice")
    client.call("VM.create", vmParams={"xml": xml})
    with pytest.raises(Answered) as caught:
        client.call("VM.create", vmParams={"xml": xml})
    assert (caught.value.code, caught.value.message) == (4, "Virtual machine already exists")


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"xml": "<domain>"}, 16, "Unexpected exception: the domain is no XML: "),
        ({"xml": "<domain/>"}, 11, "Missing required parameter: the domain has no uuid or no name"),
        ({}, 11, "Missing required parameter: {'parameter': 'xml'}"),
    ],
)
def test_a_domain_that_is_none_is_told(
    params: dict[str, str], code: int, text: str, engine: Callable[[str], Client]
) -> None:
    with pytest.raises(Answered) as caught:
        engine(NAME).call("VM.create", vmParams=params)
    assert caught.value.code == code
    assert caught.value.message.startswith(text)


def test_launched_paused_then_resumed_and_paused(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = created(client, "paused", paused=True)
    assert client.status(vm_id)["status"] == "Paused"
    assert client.call("VM.getStats", vmID=vm_id)[0]["pauseCode"] == "NOERR"
    assert client.call("VM.cont", vmID=vm_id) == {"vmList": {}}
    assert client.status(vm_id)["status"] == "Up"
    assert client.call("VM.pause", vmID=vm_id) == {"vmList": {}}
    assert client.status(vm_id)["status"] == "Paused"


def test_a_reboot_is_cold_where_the_engine_wants_it(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "rebooted")
    assert client.call("VM.shutdown", vmID=vm_id, reboot=True) is True
    assert client.call("VM.getStats", vmID=vm_id)[0]["status"] == "Up"
    assert client.call("VM.setDestroyOnReboot", vmID=vm_id) is True
    assert client.call("VM.reset", vmID=vm_id) is True
    found = client.status(vm_id)
    assert (found["exitReason"], found["exitMessage"]) == (
        13,
        "Down as a part of the reboot process",
    )


def test_firmware_data_are_there_after_a_start(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "uefi", uefi=True)
    found = client.call("VM.getExternalData", vmID=vm_id, kind="nvram", forceUpdate=True)
    assert found["_X_data"] == "AA=="
    with pytest.raises(Answered) as caught:
        client.call("VM.getExternalData", vmID=vm_id, kind="tpm", forceUpdate=True)
    facts = {"reason": "No such device available", "kind": "tpm"}
    assert caught.value.message == f"Failed to handle external VM data: {facts}"


def test_without_a_start_there_are_no_firmware_data(engine: Callable[[str], Client]) -> None:
    """As VDSM: the engine asks three times before it tells of a refusal."""
    client = engine(NAME)
    vm_id = created(client, "uefi-refused", uefi=True, numa_nodeset="9")
    assert client.status(vm_id)["status"] == "Down"
    with pytest.raises(Answered) as caught:
        client.call("VM.getExternalData", vmID=vm_id, kind="nvram", forceUpdate=True)
    assert caught.value.code == 89


def test_firmware_data_that_the_engine_kept_come_back(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id, xml = domain("uefi-again", uefi=True, numa_nodeset="9")
    client.call("VM.create", vmParams={"xml": xml, "_X_nvramdata": "bm90IG5ldw=="})
    assert client.status(vm_id)["status"] == "Down"
    found = client.call("VM.getExternalData", vmID=vm_id, kind="nvram", forceUpdate=True)
    assert found["_X_data"] == "bm90IG5ldw=="


def where(hosts: Hosts, name: str) -> str:
    address, port = hosts.address(name)
    return f"{address}:{port}"


def test_a_vm_without_settings_migrates(engine: Callable[[str], Client], hosts: Hosts) -> None:
    source, target = engine(NAME), engine("xeon-cxl")
    vm_id = running(source, "moves")
    dst = where(hosts, "xeon-cxl")
    assert source.call("VM.migrate", vmID=vm_id, params={"vmId": vm_id, "dst": dst}) is True
    assert source.status(vm_id)["status"] == "Migration Source"
    found = source.status(vm_id)
    assert (found["status"], found["exitReason"], found["exitCode"]) == ("Down", 4, 0)
    assert target.status(vm_id)["status"] == "Up"
    assert source.call("VM.destroy", vmID=vm_id) is True
    assert target.call("VM.getMigrationStatus", vmID=vm_id)["progress"] == 100
    assert target.call("VM.getStats", vmID=vm_id)[0]["status"] == "Up"


def test_a_vm_with_settings_stays(engine: Callable[[str], Client], hosts: Hosts) -> None:
    client = engine(NAME)
    vm_id = running(client, "bound", numa_nodeset="0")
    params = {"vmId": vm_id, "dst": where(hosts, "xeon-cxl")}
    assert client.call("VM.migrate", vmID=vm_id, params=params) is True
    assert settled(client, vm_id) == "Up"
    found = client.call("VM.getMigrationStatus", vmID=vm_id)
    assert found["status"] == {"code": 12, "message": "Fatal error during migration"}
    assert "cannot be migrated" in hosts.log.read_text()


def test_the_other_side_may_refuse(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path], hosts: Hosts
) -> None:
    hook("xeon-cxl", "before_vm_migrate_destination", "echo full >&2; exit 2\n")
    client = engine(NAME)
    vm_id = running(client, "unwelcome")
    params = {"vmId": vm_id, "dst": where(hosts, "xeon-cxl")}
    client.call("VM.migrate", vmID=vm_id, params=params)
    assert settled(client, vm_id) == "Up"
    assert engine("xeon-cxl").call("Host.getVMList", vmList=[vm_id]) == []


def test_a_host_of_another_process_cannot_be_reached(engine: Callable[[str], Client]) -> None:
    client = engine(NAME)
    vm_id = running(client, "far")
    client.call("VM.migrate", vmID=vm_id, params={"vmId": vm_id, "dst": "192.0.2.1:54321"})
    assert settled(client, vm_id) == "Up"


def test_four_vms_start_at_once_and_a_fifth_waits(
    engine: Callable[[str], Client], hook: Callable[[str, str, str], Path]
) -> None:
    """VDSM's own limit."""
    hook("power9", "before_vm_start", "sleep 1\n")
    client = engine("power9")
    started = time.monotonic()
    ids = {created(client, f"storm-{i}") for i in range(5)}
    while ids:
        ids -= set(client.event()["params"])
    assert 1.9 < time.monotonic() - started < 6

# SPDX-License-Identifier: Apache-2.0
"""What a domain is read as. That libvirt reads it so is asked in tests/oracles."""

from __future__ import annotations

import pytest

from numa_domain.base.errors import XMLError
from numa_domain.base.idset import Cpuset
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import CpuTopology, Guest, GuestCell
from tests.golden.cases import HERE

VM = "<memory>4194304</memory>"


def read(*parts: str) -> Guest:
    return parse_guest(f"<domain>{''.join(parts)}</domain>")


def refusal(*parts: str) -> str:
    with pytest.raises(XMLError) as caught:
        parse_guest("<domain>\n" + "\n".join(parts) + "</domain>")
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["engine-default-cell", "vdsm-reserialised", "one-line", "tabs-crlf"]
)
def test_engines_domain_is_read_whatever_its_spelling(name: str) -> None:
    guest = parse_guest((HERE / "in" / f"{name}.xml").read_bytes())
    assert guest.replace(name="") == Guest(
        name="",
        uuid="0d5f7a2e-3c1b-4a1f-9f3e-2b6a7c8d9e0f",
        memory_kib=4194304,
        current_memory_kib=4194304,
        max_memory_kib=16777216,
        vcpus_max=16,
        vcpus_current=Cpuset.parse("0-3"),
        topology=CpuTopology(sockets=16),
        cells=(GuestCell(0, Cpuset.parse("0-15"), 4194304),),
        iothreads=1,
    )


def test_smallest_domain_has_libvirts_defaults() -> None:
    assert read(VM) == Guest(
        name="",
        uuid="",
        memory_kib=4194304,
        current_memory_kib=4194304,
        max_memory_kib=4194304,
        vcpus_max=1,
        vcpus_current=Cpuset.of([0]),
    )


def test_memory_is_the_sum_of_the_cells_whatever_memory_says() -> None:
    guest = read(VM, "<cpu><numa><cell memory='1024'/><cell memory='2048'/></numa></cpu>")
    assert (guest.memory_kib, guest.current_memory_kib) == (3072, 3072)


def test_cells_of_no_memory_leave_it_to_memory() -> None:
    assert read(VM, "<cpu><numa><cell memory='0'/></numa></cpu>").memory_kib == 4194304


@pytest.mark.parametrize(("current", "kib"), [("1024", 1024), ("0", 4194304), ("9999999", 4194304)])
def test_current_memory_is_at_most_all(current: str, kib: int) -> None:
    assert read(VM, f"<currentMemory>{current}</currentMemory>").current_memory_kib == kib


def test_maximum_memory_has_a_unit() -> None:
    assert read(VM, "<maxMemory slots='4' unit='TiB'>1</maxMemory>").max_memory_kib == 1 << 30


@pytest.mark.parametrize(
    ("xml", "most", "current"),
    [
        ("", 1, "0"),
        ("<vcpu>4</vcpu>", 4, "0-3"),
        ("<vcpu current='2'>4</vcpu>", 4, "0-1"),
        ("<vcpu current='2'>4</vcpu><vcpus/>", 4, "0-1"),
        (
            "<vcpu current='2'>4</vcpu><vcpus><vcpu id='3' enabled='yes'/>"
            "<vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/></vcpus>",
            4,
            "0,3",
        ),
    ],
)
def test_vcpus_are_those_that_the_guest_starts_with(xml: str, most: int, current: str) -> None:
    guest = read(VM, xml)
    assert (guest.vcpus_max, str(guest.vcpus_current)) == (most, current)


def test_topology_has_threads_and_defaults() -> None:
    guest = read(VM, "<cpu><topology sockets='2' cores='3' threads='2' clusters='1'/></cpu>")
    assert guest.topology == CpuTopology(sockets=2, cores=3, threads=2)
    assert guest.threads == 2
    assert read(VM).threads == 1


def test_pci_devices_have_addresses() -> None:
    address = "<source><address {}/></source>"
    guest = read(
        VM,
        "<devices><hostdev mode='subsystem' type='pci'>",
        address.format("domain='0x0001' bus='59' slot='0x1f' function='7'"),
        "</hostdev><hostdev type='usb'>" + address.format("bus='1' device='2'") + "</hostdev>",
        "<hostdev type='mdev'>" + address.format("uuid='x'") + "</hostdev>",
        "<interface type='hostdev'>" + address.format("type='pci' bus='0x3b'") + "</interface>",
        "<interface type='network'><source network='x'/></interface>",
        "<disk type='nvme'><source type='pci' namespace='1'><address bus='0x01'/></source></disk>",
        "<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>",
        "<disk type='vhostvdpa'><source dev='/dev/vhost-vdpa-1'/></disk>",
        "<interface type='vdpa'><source dev='/dev/../x'/></interface>",
        "<hostdev type='mdev'>" + address.format("uuid='../x'") + "</hostdev></devices>",
    )
    assert guest.pci == (
        "0000:01:00.0",
        "0000:3b:00.0",
        "0001:3b:1f.7",
        "mdev:x",
        "vdpa:vhost-vdpa-0",
        "vdpa:vhost-vdpa-1",
    )


def test_arch_is_that_of_the_os() -> None:
    assert read(VM, "<os><type arch='ppc64le'>hvm</type></os>").arch == "ppc64le"


def test_elements_of_other_namespaces_count_for_nothing() -> None:
    guest = read(
        VM,
        "<x:memory xmlns:x='urn:x'>1</x:memory><x:vcpu xmlns:x='urn:x'>9</x:vcpu>"
        "<numatune xmlns='urn:x'><memory nodeset='no'/></numatune>",
    )
    assert guest == read(VM)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            ["<vcpu>4</vcpu>"],
            "line 1, /domain: neither <memory> nor cpu/numa says how much memory the VM has;"
            " add <memory>: libvirt would refuse the domain too",
        ),
        (
            ["<memory>0</memory>"],
            "line 1, /domain: neither <memory> nor cpu/numa says how much memory the VM has;"
            " add <memory>: libvirt would refuse the domain too",
        ),
        (
            ["<memory>9007199254740992</memory>"],
            "line 2, /domain/memory: '9007199254740992' is not a whole number from 0 to"
            " 9007199254740991; correct it: libvirt would refuse it too",
        ),
        (
            [VM, "<vcpu>16385</vcpu>"],
            "line 3, /domain/vcpu: '16385' is not a whole number from 1 to 16384;"
            " correct it: libvirt would refuse it too",
        ),
        (
            [VM, "<vcpu current='5'>4</vcpu>"],
            "line 3, /domain/vcpu/@current: '5' is not a whole number from 1 to 4;"
            " correct it: libvirt would refuse it too",
        ),
        (
            [VM, "<vcpu>4</vcpu>", "<vcpus><vcpu id='1' enabled='yes'/></vcpus>"],
            "line 4, /domain/vcpus: vCPU 0 is not enabled;"
            " enable it: the guest cannot start without it",
        ),
        (
            [VM, "<iothreads>99999</iothreads>"],
            "line 3, /domain/iothreads: '99999' is not a whole number from 0 to 16384;"
            " correct it: libvirt would refuse it too",
        ),
        (
            [VM, "<cpu><topology sockets='1' threads='1'/></cpu>"],
            "line 3, /domain/cpu/topology: attribute cores is missing;"
            " add it: libvirt would refuse the domain too",
        ),
        (
            [VM, "<devices><hostdev type='pci'><source><address bus='0x100'/></source></hostdev>",
             "</devices>"],
            "line 3, /domain/devices/hostdev/source/address/@bus: '0x100' is not a part of a PCI"
            " address, at most 0xff; correct it: libvirt would refuse it too",
        ),
    ],
)  # fmt: skip
def test_domain_that_makes_no_vm_is_refused_at_its_place(parts: list[str], message: str) -> None:
    assert refusal(*parts) == f"domain XML {message}"

# SPDX-License-Identifier: Apache-2.0
"""Small domains of odd shapes, which libvirt takes or refuses.

Decides what is worth asking libvirt about. Each is a whole domain for its QEMU driver.
"""

from __future__ import annotations


def domain(body: str, devices: str = "") -> str:
    return (
        "<domain type='qemu'><name>odd</name><os><type arch='x86_64' machine='q35'>hvm</type></os>"
        f"{body}<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices>"
        "</domain>"
    )


MEMORY = "<memory>1048576</memory>"
VM = f"{MEMORY}<vcpu>4</vcpu>"
HOTPLUG = f"{MEMORY}<maxMemory slots='4' unit='GiB'>4</maxMemory><vcpu>4</vcpu>"


def hugepages(page: str) -> str:
    return f"<memoryBacking><hugepages>{page}</hugepages></memoryBacking>"


def iothreads(element: str, *ids: int) -> str:
    listed = "".join(f"<iothread id='{i}'/>" for i in ids)
    return f"{element}<iothreadids>{listed}</iothreadids>"


def cells(*each: str, more: str = "") -> str:
    return f"<cpu><numa>{''.join(f'<cell {cell}' for cell in each)}{more}</numa></cpu>"


TWO = cells("cpus='0-1' memory='524288'/>", "cpus='2-3' memory='524288'/>")
DIMM = "<memory model='dimm'><target><size unit='MiB'>256</size><node>{}</node></target></memory>"
NVDIMM = (
    "<memory model='nvdimm'><source><path>/tmp/pmem</path></source><target><size unit='MiB'>256"
    "</size><node>0</node><label><size>128</size></label></target></memory>"
)
VIRTIO_MEM = (
    "<memory model='virtio-mem'><source><nodemask>0</nodemask><pagesize unit='KiB'>2048</pagesize>"
    "</source><target><size unit='MiB'>256</size><node>1</node><block unit='KiB'>2048</block>"
    "<requested unit='KiB'>0</requested></target></memory>"
)
HOSTDEV = "<hostdev mode='subsystem' type='pci'><source><address {}/></source></hostdev>"
VCPUS = "<vcpus>{}</vcpus>"

_UNITS = [
    "b",
    "bytes",
    "KB",
    "k",
    "KiB",
    "MB",
    "M",
    "MiB",
    "GB",
    "G",
    "GiB",
    "TB",
    "T",
    "TiB",
    "PiB",
    "kib",
    "gIb",
    "byte",
]

_NO_AMOUNTS = [
    "-1",
    "1.5",
    "1 ",
    "0x400",
    "1e3",
    "abc",
    "1024k",
    "0",
    "",
    *map(str, (2**53, 2**64 - 1)),
]

ACCEPTED = {
    **{f"unit {u}": domain(f"<memory unit='{u}'>2047</memory><vcpu>1</vcpu>") for u in _UNITS},
    "unit of no name": domain("<memory unit=''>2047</memory>"),
    "number with a plus": domain("<memory>+2048</memory>"),
    "number after blanks": domain("<memory>\n 2048</memory>"),
    "number with zeros": domain("<memory>002048</memory>"),
    "number in CDATA": domain("<memory><![CDATA[2048]]></memory>"),
    "number with a comment": domain("<memory>20<!-- 0 -->48</memory>"),
    "two memory": domain("<memory>2048</memory><memory>4096</memory>"),
    "no vcpu": domain(MEMORY),
    "no memory but cells": domain(f"<vcpu>4</vcpu>{TWO}"),
    "empty memory but cells": domain(f"<memory/><vcpu>4</vcpu>{TWO}"),
    "cells are less than memory": domain(f"<memory>9999999</memory><vcpu>4</vcpu>{TWO}"),
    "current memory": domain(f"<currentMemory unit='MiB'>512</currentMemory>{VM}"),
    "current memory too large": domain(f"<currentMemory>9999999</currentMemory>{VM}"),
    "current memory none": domain(f"<currentMemory>0</currentMemory>{VM}"),
    "cells without ids": domain(VM + TWO),
    "cells out of order": domain(
        VM + cells("id='1' cpus='0-1' memory='524288'/>", "id='0' cpus='2-3' memory='524288'/>")
    ),
    "cells with units": domain(
        VM + cells("id='0' cpus='0-3' memory='1' unit='GB'/>", "id='1' memory='3' unit='M'/>")
    ),
    "cells without cpus": domain(VM + cells("memory='524288'/>", "memory='524288'/>")),
    "vcpus in no cell": domain(VM + cells("cpus='1' memory='1024'/>", "cpus='2' memory='1024'/>")),
    "number of a cell after a blank": domain(VM + cells("id=' 0' cpus='0-3' memory=' 524288'/>")),
    "cell of a set of none": domain(
        VM + cells("cpus='0-3' memory='524288'/>", "cpus='1,^1' memory='524288'/>")
    ),
    "cell without memory": domain(
        VM + cells("cpus='0-1' memory='0'/>", "cpus='2-3' memory='1024'/>")
    ),
    "two numa": domain(
        f"{VM}<cpu><numa><cell cpus='0-3' memory='1024'/></numa>"
        "<numa><cell cpus='0-3' memory='2048'/></numa></cpu>"
    ),
    "two cpu": domain(f"{VM}<cpu mode='custom'/>{cells(chr(32) + 'memory=' + repr('9') + '/>')}"),
    "distances from one side": domain(
        VM
        + cells(
            "cpus='0-1' memory='1024'><distances><sibling id='1' value='21'/></distances></cell>",
            "cpus='2-3' memory='1024'/>",
            "memory='1024' memAccess='shared' discard='yes'/>",
        )
    ),
    "distances that differ": domain(
        VM
        + cells(
            "cpus='0-1' memory='1024'><distances><sibling id='1' value='21'/></distances></cell>",
            "cpus='2-3' memory='1024'><distances><sibling id='0' value='31'/></distances></cell>",
        )
    ),
    "topology": domain(f"{VM}<cpu><topology sockets='1' dies='2' cores='1' threads='2'/></cpu>"),
    "topology without dies": domain(
        f"{VM}<cpu><topology sockets='2' cores='1' threads='2'/></cpu>"
    ).replace("threads='2'", "threads='2' dies='1'"),
    "vcpus listed": domain(
        f"{MEMORY}<vcpu current='3'>4</vcpu>"
        + VCPUS.format(
            "<vcpu id='0' enabled='yes' hotpluggable='no'/><vcpu id='2' enabled='yes'/>"
            "<vcpu id='1' enabled='no' hotpluggable='yes'/>"
        )
    ),
    "vcpus listed in part": domain(
        f"{MEMORY}<vcpu current='3'>4</vcpu>"
        + VCPUS.format("<vcpu id='0' enabled='yes' hotpluggable='no'/>")
    ),
    "vcpus not listed": domain(f"{MEMORY}<vcpu current='3'>4</vcpu><vcpus/>"),
    "vcpu cpuset": domain(f"{MEMORY}<vcpu cpuset='0-3,^1'>4</vcpu>"),
    "vcpu cpuset out of force": domain(
        f"{MEMORY}<vcpu placement='auto' cpuset='0'>4</vcpu>"
    ).replace("<devices>", "<numatune><memory placement='auto'/></numatune><devices>"),
    "iothreads listed": domain(VM + iothreads("<iothreads>3</iothreads>", 5, 2)),
    "iothreads listed beyond": domain(VM + iothreads("<iothreads>1</iothreads>", 5, 2)),
    "iothreads listed alone": domain(VM + iothreads("", 5)),
    "pins": domain(
        f"{VM}<iothreads>1</iothreads><cputune><emulatorpin cpuset='0,2'/><iothreadpin iothread='1'"
        " cpuset='^1,0-3'/><vcpupin vcpu='3' cpuset=' 100 - 103 '/></cputune>"
    ),
    "pin of a vcpu that is not there": domain(
        f"{VM}<cputune><vcpupin vcpu='9' cpuset='0'/></cputune>"
    ),
    "two cputune": domain(
        f"{VM}<cputune><vcpupin vcpu='0' cpuset='0'/></cputune>"
        "<cputune><vcpupin vcpu='3' cpuset='1'/></cputune>"
    ),
    "numatune without mode": domain(f"{VM}<numatune><memory nodeset='1,0'/></numatune>"),
    "numatune of two memory": domain(
        f"{VM}<numatune><memory nodeset='0'/><memory nodeset='1'/></numatune>"
    ),
    "numatune auto with a nodeset": domain(
        f"{VM}<numatune><memory placement='auto' nodeset='1'/></numatune>"
    ),
    "numatune of memory that says nothing": domain(f"{VM}<numatune><memory/></numatune>"),
    "numatune empty": domain(f"{VM}<numatune/>"),
    "memnodes": domain(
        f"{VM}{TWO}<numatune><memnode cellid='1' nodeset='0-1'/>"
        "<memory mode='preferred' nodeset='2'/><memnode cellid='0' mode='interleave' nodeset='3'/>"
        "</numatune>"
    ),
    "huge pages of the host": domain(f"{VM}<memoryBacking><hugepages/></memoryBacking>"),
    "huge pages of a cell": domain(
        f"{VM}{TWO}<memoryBacking><locked/><hugepages><page size='2048'/>"
        "<page size='1' unit='G' nodeset='1'/></hugepages></memoryBacking>"
    ),
    "huge pages with a nodeset without cells": domain(
        f"{VM}<memoryBacking><hugepages><page size='2048' nodeset='0'/></hugepages></memoryBacking>"
    ),
    "two memoryBacking": domain(
        f"{VM}<memoryBacking><locked/></memoryBacking><memoryBacking><hugepages>"
        "<page size='2' unit='M'/></hugepages></memoryBacking>"
    ),
    "dimm beside memory": domain(HOTPLUG + TWO, DIMM.format(1)),
    "dimm in memory": domain(HOTPLUG.replace("1048576", "1310720") + TWO, DIMM.format(0)),
    "nvdimm": domain(HOTPLUG + TWO, NVDIMM),
    "virtio-mem": domain(HOTPLUG + TWO, VIRTIO_MEM),
    "pci devices": domain(
        VM,
        HOSTDEV.format("domain='0x0000' bus='0x3b' slot='0x1f' function='0x7'")
        + HOSTDEV.format("domain='1' bus='59' slot='011' function='2'")
        + "<interface type='hostdev'><mac address='52:54:00:00:00:01'/><source>"
        "<address type='pci' bus='0x3c' slot='0' function='1'/></source></interface>",
    ),
    "numatune of another namespace": domain(
        f"{VM}<x:numatune xmlns:x='urn:x'><memory mode='no mode' nodeset=''/></x:numatune>"
    ),
}

REFUSED = {
    **{
        f"memory {text!r}": domain(f"<memory>{text}</memory><vcpu>1</vcpu>") for text in _NO_AMOUNTS
    },
    "no memory": domain("<vcpu>1</vcpu>"),
    "unit unknown": domain("<memory unit='x'>1</memory>"),
    "memory of another namespace": domain("<memory xmlns='urn:x'>1024</memory>"),
    "cells of mixed ids": domain(
        VM + cells("cpus='0-1' memory='524288'/>", "id='0' cpus='2-3' memory='524288'/>")
    ),
    "cells with a gap": domain(
        VM + cells("id='0' cpus='0-1' memory='1024'/>", "id='2' cpus='2-3' memory='1024'/>")
    ),
    "cells that overlap": domain(
        VM + cells("cpus='0-2' memory='1024'/>", "cpus='2-3' memory='1024'/>")
    ),
    "cell of cpus that are not there": domain(
        VM + cells("cpus='0-1' memory='1024'/>", "cpus='2-9' memory='1024'/>")
    ),
    "cell of no cpus": domain(VM + cells("cpus='0-3' memory='1024'/>", "cpus='' memory='1024'/>")),
    "cell of no memory": domain(VM + cells("cpus='0-3'/>")),
    "cell of a hexadecimal id": domain(VM + cells("id='0x0' cpus='0-3' memory='1024'/>")),
    "vcpu with a blank behind": domain(f"{MEMORY}<vcpu>4 </vcpu>"),
    "vcpu 0": domain(f"{MEMORY}<vcpu>0</vcpu>"),
    "current vcpus 0": domain(f"{MEMORY}<vcpu current='0'>4</vcpu>"),
    "current vcpus beyond": domain(f"{MEMORY}<vcpu current='5'>4</vcpu>"),
    "vcpus listed beyond": domain(
        f"{VM}{VCPUS.format('<vcpu id=%r enabled=%r/><vcpu id=%r enabled=%r/>')}"
        % ("0", "yes", "9", "yes")
    ),
    "vcpus listed without enabled": domain(f"{VM}{VCPUS.format('<vcpu id=%r/>')}" % "0"),
    "vcpu 0 offline": domain(f"{VM}{VCPUS.format('<vcpu id=%r enabled=%r/>')}" % ("1", "yes")),
    "topology of no sockets": domain(f"{VM}<cpu><topology cores='4' threads='1'/></cpu>"),
    "topology of 0 cores": domain(f"{VM}<cpu><topology sockets='4' cores='0' threads='1'/></cpu>"),
    "two pins of a vcpu": domain(
        f"{VM}<cputune><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='1'/></cputune>"
    ),
    "two emulatorpins": domain(
        f"{VM}<cputune><emulatorpin cpuset='0'/><emulatorpin cpuset='1'/></cputune>"
    ),
    "pin to nothing": domain(f"{VM}<cputune><vcpupin vcpu='0' cpuset=''/></cputune>"),
    "two numatune": domain(
        f"{VM}<numatune><memory nodeset='0'/></numatune><numatune><memory nodeset='1'/></numatune>"
    ),
    "numatune without nodeset": domain(f"{VM}<numatune><memory mode='strict'/></numatune>"),
    "numatune of no nodes": domain(f"{VM}<numatune><memory nodeset=''/></numatune>"),
    "numatune of no mode": domain(f"{VM}<numatune><memory mode='x' nodeset='0'/></numatune>"),
    "memnode without nodeset": domain(f"{VM}{TWO}<numatune><memnode cellid='0'/></numatune>"),
    "two memnodes of a cell": domain(
        f"{VM}{TWO}<numatune><memnode cellid='0' nodeset='0'/><memnode cellid='0' nodeset='1'/>"
        "</numatune>"
    ),
    "huge page of no cells": domain(VM + TWO + hugepages("<page size='2048' nodeset=''/>")),
    "entity unknown": domain(f"{VM}<description>&x;</description>"),
    "another root": "<network><name>x</name></network>",
    "cut short": domain(VM)[:-3],
}

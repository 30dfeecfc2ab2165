# SPDX-License-Identifier: Apache-2.0
"""Domain XML as the engine builds it and VDSM hands it to before_vm_start, of any size.

Decides nothing that a hook looks at but memory and vCPUs; the rest is there because it is
there in an engine's XML, and to make a document as long as a real one.

    >>> engine_domain(vcpus=8, memory_gib=64, disks=14).count(b"\\n")
    322
"""

from __future__ import annotations

from tests.vdsm_hook.vdsm import VM_ID

_HEAD = """<?xml version='1.0' encoding='utf-8'?>
<domain xmlns:ovirt-tune="http://ovirt.org/vm/tune/1.0" \
xmlns:ovirt-vm="http://ovirt.org/vm/1.0" type="kvm">
  <name>{name}</name>
  <uuid>{vm_id}</uuid>
  <memory>{kib}</memory>
  <currentMemory>{kib}</currentMemory>
  <iothreads>1</iothreads>
  <maxMemory slots="16">{max_kib}</maxMemory>
  <vcpu current="{vcpus}">{max_vcpus}</vcpu>
  <sysinfo type="smbios">
    <system>
      <entry name="manufacturer">oVirt</entry>
      <entry name="product">RHEL</entry>
      <entry name="version">9.4</entry>
      <entry name="uuid">{vm_id}</entry>
    </system>
  </sysinfo>
  <clock offset="variable" adjustment="0">
    <timer name="rtc" tickpolicy="catchup" />
    <timer name="pit" tickpolicy="delay" />
    <timer name="hpet" present="no" />
  </clock>
  <features>
    <acpi />
  </features>
  <cpu match="exact">
    <model>EPYC</model>
    <topology cores="1" threads="1" sockets="{max_vcpus}" />
    <numa>
      <cell id="0" cpus="0-{last}" memory="{kib}" />
    </numa>
  </cpu>
  <cputune />
  <devices>
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0" />
      <source mode="bind" path="/var/lib/libvirt/qemu/channels/{vm_id}.org.qemu.guest_agent.0" />
    </channel>
    <controller type="scsi" model="virtio-scsi" index="0">
      <driver iothread="1" />
      <address type="pci" domain="0x0000" bus="0x02" slot="0x00" function="0x0" />
    </controller>
    <memballoon model="virtio">
      <stats period="5" />
    </memballoon>
    <rng model="virtio">
      <backend model="random">/dev/urandom</backend>
      <alias name="ua-5c2b1c0e-0000-4000-8000-000000000001" />
    </rng>
    <graphics type="vnc" port="-1" autoport="yes" keymap="en-us">
      <listen type="network" network="vdsm-ovirtmgmt" />
    </graphics>
    <video>
      <model type="vga" vram="16384" heads="1" />
    </video>
    <sound model="ich9" />
"""

_DISK = """    <disk type="block" device="disk" snapshot="no">
      <target dev="sd{letter}" bus="scsi" />
      <source dev="/rhev/data-center/mnt/blockSD/3f1c/images/{i:04}/9b7d">
        <seclabel model="dac" relabel="no" />
      </source>
      <driver name="qemu" io="native" type="raw" error_policy="stop" cache="none" />
      <alias name="ua-{i:08}-0000-4000-8000-000000000000" />
      <address bus="0" controller="0" unit="{i}" type="drive" target="0" />
      <serial>{i:08}-0000-4000-8000-000000000000</serial>
    </disk>
"""

_MIDDLE = """  </devices>
  <pm>
    <suspend-to-disk enabled="no" />
    <suspend-to-mem enabled="no" />
  </pm>
  <os>
    <type arch="x86_64" machine="pc-q35-rhel9.4.0">hvm</type>
    <smbios mode="sysinfo" />
  </os>
  <metadata>
    <ovirt-tune:qos />
    <ovirt-vm:vm>
      <ovirt-vm:minGuaranteedMemoryMb type="int">1024</ovirt-vm:minGuaranteedMemoryMb>
      <ovirt-vm:clusterVersion>4.7</ovirt-vm:clusterVersion>
      <ovirt-vm:custom>
        <ovirt-vm:numa_nodeset>0-1</ovirt-vm:numa_nodeset>
      </ovirt-vm:custom>
"""

_DISK_METADATA = """      <ovirt-vm:device devtype="disk" name="sd{letter}">
        <ovirt-vm:poolID>5f3c2a1e-0000-4000-8000-{i:012}</ovirt-vm:poolID>
        <ovirt-vm:volumeID>9b7d0000-0000-4000-8000-{i:012}</ovirt-vm:volumeID>
        <ovirt-vm:imageID>3f1c0000-0000-4000-8000-{i:012}</ovirt-vm:imageID>
        <ovirt-vm:domainID>1a2b0000-0000-4000-8000-{i:012}</ovirt-vm:domainID>
      </ovirt-vm:device>
"""

_TAIL = """      <ovirt-vm:launchPaused>false</ovirt-vm:launchPaused>
      <ovirt-vm:resumeBehavior>auto_resume</ovirt-vm:resumeBehavior>
      <ovirt-vm:ballooningEnabled>true</ovirt-vm:ballooningEnabled>
      <ovirt-vm:cpuPolicy>none</ovirt-vm:cpuPolicy>
    </ovirt-vm:vm>
  </metadata>
</domain>
"""


def engine_domain(
    *,
    vcpus: int = 4,
    memory_gib: int = 4,
    disks: int = 1,
    name: str = "web1",
    vm_id: str = VM_ID,
) -> bytes:
    """A VM with hot-pluggable vCPUs and memory, in the engine's one default cell."""
    facts = {
        "name": name,
        "vm_id": vm_id,
        "kib": memory_gib << 20,
        "max_kib": memory_gib << 22,
        "vcpus": vcpus,
        "max_vcpus": 4 * vcpus,
        "last": 4 * vcpus - 1,
    }
    letters = [{"letter": chr(97 + i % 26) * (1 + i // 26), "i": i} for i in range(disks)]
    text = _HEAD.format(**facts)
    text += "".join(_DISK.format(**disk) for disk in letters) + _MIDDLE
    text += "".join(_DISK_METADATA.format(**disk) for disk in letters) + _TAIL
    return text.encode()

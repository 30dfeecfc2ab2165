# SPDX-License-Identifier: Apache-2.0
"""How one logs in to the lab's libvirt: as the user that VDSM makes, whose password the group kvm
can read; root's virsh knows it too, and asks nobody.

    log_in(36)
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SASL_CONF = "mech_list: scram-sha-256\nsasldb_path: /etc/libvirt/passwd.db\n"
SASL_USER, PASSWORD = "vdsm@ovirt", "a password of the lab"
_PASSWORD_FILE = Path("/etc/pki/vdsm/keys/libvirt_password")
_AUTH_CONF = f"""\
[credentials-lab]
authname={SASL_USER}
password={PASSWORD}
[auth-libvirt-localhost]
credentials=lab
"""


def log_in(group: int) -> None:
    """Make the user, and its password known to whom it concerns."""
    Path("/etc/sasl2/libvirt.conf").write_text(_SASL_CONF)
    command = ["saslpasswd2", "-p", "-a", "libvirt", SASL_USER]
    subprocess.run(command, input=PASSWORD, text=True, check=True)
    _PASSWORD_FILE.parent.mkdir(parents=True)
    _PASSWORD_FILE.write_text(f"{PASSWORD}\n")
    _PASSWORD_FILE.chmod(0o640)
    os.chown(_PASSWORD_FILE, 0, group)
    for_root = Path("/etc/libvirt/auth.conf")
    for_root.write_text(_AUTH_CONF)
    for_root.chmod(0o600)  # the service has to read VDSM's file

# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup`: what the engine needs, put in place, looked after, and taken back.

It runs before there is anything of the service's: on the standard library alone.
"""

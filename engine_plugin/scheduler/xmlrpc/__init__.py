# SPDX-License-Identifier: Apache-2.0
"""XML-RPC over HTTP: calls read within limits, and answers written."""

# SPDX-License-Identifier: Apache-2.0
#
# NUMA settings with Terraform. The resource ovirt_vm of the provider ovirt/ovirt (2.x) has no
# argument for custom properties, so there are two ways:
#
# 1. A template that has the settings: VMs that are made from it have them too.
# 2. ovirt-numa set, for settings of a VM's own. It asks the engine named by OVIRT_URL,
#    OVIRT_USERNAME, OVIRT_PASSWORD and OVIRT_CAFILE, where Terraform runs.

terraform {
  required_version = ">= 1.4"
  required_providers {
    ovirt = {
      source  = "ovirt/ovirt"
      version = "~> 2.1"
    }
  }
}

variable "cluster_id" {
  type = string
}

variable "numa_template_id" {
  type        = string
  description = "A template with numa_nodeset = auto:2 and numa_topology = 2"
}

variable "blank_template_id" {
  type    = string
  default = "00000000-0000-0000-0000-000000000000"
}

provider "ovirt" {}

resource "ovirt_vm" "from_template" {
  name        = "db1"
  cluster_id  = var.cluster_id
  template_id = var.numa_template_id
}

resource "ovirt_vm" "own_settings" {
  name        = "db2"
  cluster_id  = var.cluster_id
  template_id = var.blank_template_id
}

locals {
  db2_nodeset  = "0-1"
  db2_topology = "2"
}

resource "terraform_data" "db2_numa" {
  triggers_replace = [ovirt_vm.own_settings.id, local.db2_nodeset, local.db2_topology]

  provisioner "local-exec" {
    command = "ovirt-numa set \"$VM\" --nodeset \"$NODESET\" --topology \"$TOPOLOGY\""
    environment = {
      VM       = ovirt_vm.own_settings.id
      NODESET  = local.db2_nodeset
      TOPOLOGY = local.db2_topology
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong and what to do, by code: the words of `numa_domain`, which say the same in the
 * hook's line and in the service's answers.
 */
import type { ProblemTexts } from './fill'

export const problemsEn: ProblemTexts = {
  'word.expected.id': ['an id', ''],
  'word.expected.comma': ['a comma', ''],
  'word.expected.comma-after-excluded': ['a comma (^ takes one id)', ''],
  'word.end': ['the end', ''],
  'word.things.nodes': ['nodes', ''],
  'word.things.cells': ['cells', ''],
  'word.way.much': ['much', ''],
  'word.way.little': ['little', ''],

  NodesetSyntax: [
    'in "{text}", {expected} is expected at character {place}, not {found}',
    'write ids and ranges with commas, ^ before one to leave out: 0-3,^1,8',
  ],
  NodesetReversed: [
    'the range {low}-{high} in "{text}" runs backwards',
    'write the smaller id first: {high}-{low}',
  ],
  NodesetIdTooLarge: [
    '{piece} in "{text}" is larger than {max}, the largest id that libvirt takes',
    'check the id',
  ],
  NodesetEmpty: [
    '"{piece}" selects nothing',
    'name at least one id; ^ only takes from what stands before it: 0-3,^1',
  ],
  MemoryMalformed: [
    '"{piece}" is not an amount of memory',
    'write MiB as a whole number, or a whole number with K, M, G or T: 8192, 8G',
  ],
  MemoryTooLarge: [
    '"{piece}" is more memory than any host has',
    'check the unit: a number alone is MiB',
  ],
  InputTooLong: [
    '{length} characters are more than the {max} that the engine can store',
    'name cells by a count or `host` instead of one by one',
  ],
  ModeUnknown: [
    '"{mode}" is not a mode',
    'write strict, preferred, interleave or restrictive before the colon',
  ],
  TargetMissing: [
    'no node is named after "{text}"',
    'write a nodeset such as 0-1, or all, or auto',
  ],
  NodesetTextMalformed: [
    '"{text}" names no nodes: {reason}',
    'write a nodeset such as 0-1 or 0-3,^1, or all, ^3, auto, auto:2',
  ],
  CountMalformed: ['"{count}" is not a count of {things}', 'write a whole number from 1 to {max}'],
  TopologyMalformed: [
    '"{word}" is neither a count, nor `host`, nor a cell',
    'write a count such as 2, or host, or cells such as cpus=0-3 mem=8G / cpus=4-7 mem=8G',
  ],
  CellEmpty: [
    'there is nothing between two slashes',
    'describe a cell there, such as cpus=0-3 mem=8G, or remove one slash',
  ],
  FieldMalformed: [
    '"{word}" is not a field',
    'write name=value without spaces; fields are cpus, mem, nodes, mode, page, dist, access',
  ],
  FieldUnknown: [
    'there is no field "{name}"',
    'fields are cpus, mem, nodes, mode, page, dist, access',
  ],
  FieldTwice: [
    'the field "{name}" stands twice in one cell',
    'remove one, or put a slash between two cells',
  ],
  FieldWordUnknown: ['"{value}" is no {name} of a cell', 'write one of {allowed}'],
  DistanceMalformed: [
    '"{value}" is not a distance',
    'write whole numbers from 10 to 255 with commas, one for each cell: dist=10,21',
  ],
  PageMalformed: [
    '"{value}" is not a page size: it is not a power of two from 4K up',
    'write a size that the hosts have, such as 2M or 1G',
  ],
  CellsExceedCores: [
    '{cells} cells cannot share {cores} running cores of {threads} thread(s)',
    'ask for at most {cores} cells, or write which vCPUs each has: cpus=0 mem=1G / ...',
  ],
  CellsExceedMemory: [
    '{cells} cells are more than the {memory} of memory has pieces of {granule}',
    'ask for fewer cells, or a smaller page size',
  ],
  PageDoesNotDivide: [
    '{memory} is not a multiple of its page size {page}',
    'give the cell a multiple of {page}, or use smaller pages',
  ],
  VcpuMissing: [
    'vCPU(s) {vcpus} are in no cell',
    "the cells have to cover the VM's running vCPUs {running} exactly: add them to a cell",
  ],
  VcpuTwice: ['vCPU(s) {vcpus} are in cell {first} too', 'leave each vCPU in one cell'],
  VcpuUnknown: [
    'the VM has no vCPU(s) {vcpus}',
    'it can have vCPUs 0-{last}: remove the others, or give the VM more vCPUs',
  ],
  MemoryZero: ['a cell of no memory', 'give it memory, or remove the cell'],
  MemoryUnaligned: [
    '{memory} is not a multiple of {unit}, to which libvirt would round it up',
    'write a multiple of {unit}',
  ],
  MemorySum: [
    'the cells have {sum} together and the VM {memory}: {difference} too {way}',
    'make the cells sum to {memory}, or leave `mem` out of one cell',
  ],
  MemoryNoneLeft: [
    "{sum} of the VM's {memory} are given away, and nothing is left for cell(s) {cells}",
    'give these cells `mem`, and the others less',
  ],
  DistanceCount: [
    '{given} distances for {cells} cells',
    'write one distance for each cell, 10 for the cell itself',
  ],
  DistanceToSelf: [
    'the distance of cell {cell} to itself is {value}',
    'write 10, which every cell has to itself and to no other',
  ],
  DistanceTooNear: [
    "the distance of cell {cell} to cell {other} is 10, which is a cell's to itself",
    'write 11 to 255',
  ],
  ModesMixed: [
    'mode restrictive stands beside {others}, which libvirt does not allow',
    'use restrictive for all of the VM, or for none',
  ],
  CoreSplit: [
    'the threads of one core, vCPUs {vcpus}, are in different cells',
    "keep {threads} consecutive vCPUs together: the guest's scheduler expects it",
  ],
  NodeUnknown: [
    'the host has no node {missing}',
    'its nodes are {nodes}: name some of these, or auto, or choose another host',
  ],
}

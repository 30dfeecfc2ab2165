// SPDX-License-Identifier: Apache-2.0
/**
 * The lines of a difference, with runs of vCPU pins as one.
 *
 *     foldPins(['+ <vcpupin vcpu="0" .../>', '+ <vcpupin vcpu="1" .../>', ...])    one line
 */
export interface Line {
  readonly text: string
  /** The lines that it stands for. */
  readonly folded?: readonly string[]
}

/** Fewer than these are no longer than the line that would stand for them. */
const FEWEST = 3

export function foldPins(lines: readonly string[]): readonly Line[] {
  const found: Line[] = []
  let run: string[] = []
  const end = () => {
    const [first] = run
    if (first !== undefined && run.length >= FEWEST) found.push({ text: first, folded: run })
    else found.push(...run.map((text) => ({ text })))
    run = []
  }
  for (const line of lines) {
    const pin = line.includes('<vcpupin ')
    if (run.length && (!pin || line.charAt(0) !== run[0]?.charAt(0))) end()
    if (pin) run.push(line)
    else found.push({ text: line })
  }
  end()
  return found
}

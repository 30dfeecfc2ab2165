// SPDX-License-Identifier: Apache-2.0
/** Something that was just done, in one line. */
export function Note({ text }: { text: string }) {
  return (
    <p className="numa-note" role="status" hidden={!text}>
      {text}
    </p>
  )
}

// SPDX-License-Identifier: Apache-2.0
/** Sorted, the least first. In place of PatternFly's, which is Font Awesome's (`vite.config.ts`). */
export default function SortUp() {
  return (
    <svg width="1em" height="1em" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 2v12M4 6l4-4 4 4" fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  )
}

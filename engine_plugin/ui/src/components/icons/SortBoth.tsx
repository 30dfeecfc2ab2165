// SPDX-License-Identifier: Apache-2.0
/** Can be sorted. In place of PatternFly's, which is Font Awesome's (`vite.config.ts`). */
export default function SortBoth() {
  return (
    <svg width="1em" height="1em" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M8 2v12M5 5l3-3 3 3M5 11l3 3 3-3"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
      />
    </svg>
  )
}

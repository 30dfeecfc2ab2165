// SPDX-License-Identifier: Apache-2.0
/** A wish as a small picture: two nodes of a host, and where the VM lies. */
import type { Wish } from '../../model/wishes'

const [LEFT, RIGHT] = [2, 34]

export function WishPicture({ wish }: { wish: Wish }) {
  return (
    <svg
      className="numa-wish-picture"
      width="64"
      height="30"
      viewBox="0 0 64 30"
      aria-hidden="true"
    >
      {[LEFT, RIGHT].map((x) => (
        <rect key={x} className="numa-wish-node" x={x} y="2" width="28" height="26" rx="3" />
      ))}
      {wish === 'one' && (
        <rect className="numa-wish-vm" x="7" y="8" width="18" height="14" rx="2" />
      )}
      {wish === 'like' &&
        [LEFT, RIGHT].map((x) => (
          <rect key={x} className="numa-wish-vm" x={x + 6} y="10" width="16" height="10" rx="2" />
        ))}
      {wish === 'hand' && (
        <>
          <rect className="numa-wish-vm" x="39" y="6" width="18" height="10" rx="2" />
          <path className="numa-wish-line" d="M14 22 C 22 24, 34 24, 46 17 M41 18 L46 17 L46 22" />
        </>
      )}
      {wish === 'none' && (
        <rect className="numa-wish-loose" x="14" y="9" width="36" height="12" rx="2" />
      )}
    </svg>
  )
}

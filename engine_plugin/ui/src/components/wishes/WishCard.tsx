// SPDX-License-Identifier: Apache-2.0
/** One wish: a picture, a sentence, and what it comes to here. */
import { Label } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Wish } from '../../model/wishes'
import { WishPicture } from './WishPicture'

interface Props {
  readonly wish: Wish
  readonly chosen: boolean
  readonly recommended: boolean
  /** What it comes to, for this VM and its hosts. */
  readonly here: string | undefined
  readonly onChoose: (wish: Wish) => void
}

export function WishCard({ wish, chosen, recommended, here, onChoose }: Props) {
  const { t } = useMessages()
  const id = `numa-wish-${wish}`
  return (
    <label className="numa-wish" data-wish={wish} data-chosen={chosen || undefined} htmlFor={id}>
      <input
        type="radio"
        id={id}
        name="numa-wish"
        checked={chosen}
        aria-describedby={`${id}-what`}
        onChange={() => onChoose(wish)}
      />
      <WishPicture wish={wish} />
      <span className="numa-wish-name">{t(`wish.${wish}`)}</span>
      {recommended && (
        <Label color="green" isCompact>
          {t('wish.recommended')}
        </Label>
      )}
      <span id={`${id}-what`} className="numa-small">
        {t(`wish.${wish}.what`)} {here && <span className="numa-wish-here">{here}</span>}
      </span>
    </label>
  )
}

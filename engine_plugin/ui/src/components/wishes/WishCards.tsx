// SPDX-License-Identifier: Apache-2.0
/** The four wishes, of which choosing one is enough; the one that suits best is marked. */
import { type Dispatch, memo } from 'react'
import { useMessages } from '../../messages/messages'
import type { Edit } from '../../model/editing'
import { inputsOf, NOTHING, WISHES, type Wish } from '../../model/wishes'
import type { WishFacts } from './useWishFacts'
import { WishCard } from './WishCard'

interface Props {
  readonly chosen: Wish
  readonly facts: WishFacts
  readonly locked: boolean
  readonly dispatch: Dispatch<Edit>
}

export const WishCards = memo(function WishCards({ chosen, facts, locked, dispatch }: Props) {
  const { t } = useMessages()
  const choose = (wish: Wish) => {
    const inputs = wish === 'hand' ? NOTHING : inputsOf(wish, facts.like)
    dispatch({ type: 'wish', wish, inputs })
  }
  return (
    <fieldset className="numa-wishes" disabled={locked}>
      <legend>{t('wish.title')}</legend>
      {WISHES.map((wish) => (
        <WishCard
          key={wish}
          wish={wish}
          chosen={wish === chosen}
          recommended={wish === facts.recommended}
          here={facts.here[wish]}
          onChoose={choose}
        />
      ))}
    </fieldset>
  )
})

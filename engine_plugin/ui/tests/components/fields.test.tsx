// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** Fields and lines by themselves, worked as people do it. */
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useReducer } from 'react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CountField } from '../../src/components/editor/CountField'
import { DraftInput } from '../../src/components/editor/DraftInput'
import { UndoBar } from '../../src/components/editor/UndoBar'
import { useTyping } from '../../src/components/editor/useTyping'
import { useEdited } from '../../src/components/editor/useEditor'
import { Confirm } from '../../src/components/frame/Confirm'
import { Verdict } from '../../src/components/verdict/Verdict'
import { WishCards } from '../../src/components/wishes/WishCards'
import { chosenWish, edit, start } from '../../src/model/editing'
import { CELLS_COUNT, textId } from '../../src/model/fieldIds'
import type { Inputs } from '../../src/model/request'
import { LIKE_HOST, NOTHING } from '../../src/model/wishes'

afterEach(cleanup)

const scene = { vm: { memoryKib: 8 << 20, vcpus: 4, threads: 1, arch: 'x86_64' } }

/** One field of an editor, its undo bar, and its texts as they are. */
function Small({ inputs, id }: { inputs: Inputs; id: string }) {
  const [state, dispatch] = useReducer(edit, inputs, (first) => start(first))
  const edited = useEdited(state, scene)
  const typing = useTyping(edited, dispatch)
  const { nodeset, topology } = edited.inputs
  return (
    <>
      {id === CELLS_COUNT ? (
        <CountField
          id={id}
          label="field"
          value={topology}
          state={state}
          disabled={false}
          typing={typing}
        />
      ) : (
        <DraftInput
          id={id}
          label="field"
          value={nodeset}
          draft={state.drafts[id]}
          round={state.round}
          disabled={false}
          typing={typing}
        />
      )}
      <UndoBar state={state} dispatch={dispatch} />
      <WishCards
        chosen={chosenWish(state)}
        facts={{ like: LIKE_HOST, here: {}, recommended: 'one' }}
        locked={false}
        dispatch={dispatch}
      />
      <output>{`${nodeset}|${topology}|${edited.halfTyped}`}</output>
    </>
  )
}

const field = () => screen.getByLabelText('field') as HTMLInputElement
const texts = () => document.querySelector('output')?.textContent

describe('a field', () => {
  test('keeps what is half typed, marked, and gives it back with Escape', async () => {
    const user = userEvent.setup()
    render(<Small id={textId('nodeset')} inputs={{ nodeset: '0', topology: '' }} />)
    await user.type(field(), '-')
    expect([field().value, texts()]).toEqual(['0-', '0||1'])
    expect(field().getAttribute('aria-invalid')).toBe('true')
    await user.tab()
    expect(field().value).toBe('0-')
    await user.type(field(), '{Escape}')
    expect([field().value, texts()]).toEqual(['0', '0||0'])
  })
  test('shows the value when Enter is pressed', async () => {
    const user = userEvent.setup()
    render(<Small id={textId('nodeset')} inputs={NOTHING} />)
    await user.type(field(), '0, 1{Enter}')
    expect(texts()).toBe('0, 1||0')
    expect(field().value).toBe('0, 1')
  })
  test('of a count survives being emptied', async () => {
    const user = userEvent.setup()
    render(<Small id={CELLS_COUNT} inputs={{ nodeset: '', topology: '4' }} />)
    await user.type(field(), '{Backspace}')
    expect([field().value, texts()]).toEqual(['', '|4|1'])
    await user.type(field(), '2')
    expect(texts()).toBe('|2|0')
  })
})

describe('undo', () => {
  test('by keys in the field, whose text follows', async () => {
    const user = userEvent.setup()
    render(<Small id={textId('nodeset')} inputs={NOTHING} />)
    await user.type(field(), '0-3')
    await user.keyboard('{Control>}z{/Control}')
    expect([field().value, texts()]).toEqual(['', '||0'])
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
    expect(field().value).toBe('0-3')
  })
})

describe('the wishes', () => {
  test('are chosen by name, one at a time, and taken back', async () => {
    const user = userEvent.setup()
    render(<Small id={textId('nodeset')} inputs={NOTHING} />)
    await user.click(screen.getByRole('radio', { name: /Split like the host/ }))
    expect(texts()).toBe('auto|host|0')
    await user.click(screen.getByRole('button', { name: /Undo/ }))
    expect(texts()).toBe('||0')
    expect((screen.getByRole('radio', { name: /No NUMA/ }) as HTMLInputElement).checked).toBe(true)
  })
  test('mark the one that suits', () => {
    render(<Small id={textId('nodeset')} inputs={NOTHING} />)
    const marked = document.querySelector('[data-wish=one]')?.textContent
    expect(marked).toContain('Recommended')
  })
})

test('a question has the focus, and Escape is no', async () => {
  const user = userEvent.setup()
  const [yes, no] = [vi.fn(), vi.fn()]
  render(<Confirm text="Sure?" yes="Do it" onYes={yes} onNo={no} />)
  expect(document.activeElement?.textContent).toBe('Do it')
  await user.keyboard('{Escape}')
  expect([yes.mock.calls.length, no.mock.calls.length]).toEqual([0, 1])
})

test('a verdict leads to what it is about, and one about nothing is no button', async () => {
  const user = userEvent.setup()
  const onLead = vi.fn()
  const facts = { node: 1, missingKib: 12 << 20, host: 'h1' }
  const { rerender } = render(
    <Verdict verdict={{ kind: 'lacks', tone: 'bad', leads: 'hosts', facts }} onLead={onLead} />,
  )
  const text = 'Fits nowhere: node 1 lacks 12 GiB on the best host, h1'
  await user.click(screen.getByRole('button', { name: text }))
  expect(onLead).toHaveBeenCalledWith('hosts')
  rerender(
    <Verdict verdict={{ kind: 'none', tone: 'none', leads: 'none', facts: {} }} onLead={onLead} />,
  )
  expect(screen.queryByRole('button')).toBeNull()
})

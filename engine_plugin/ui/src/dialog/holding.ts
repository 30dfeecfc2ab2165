// SPDX-License-Identifier: Apache-2.0
/**
 * Why the dialog's OK is held, as far as the admin has to be told.
 *
 * Decides how long a reason is told: until what it says is no longer true. Errors hold OK once,
 * since nobody should be locked in; settings that the dialog does not take hold it until they
 * are changed or given up.
 */
export type Reason = 'errors' | 'refused'

export class Holding {
  private errors = 0
  private accepted = false
  private listener: (reason: Reason | undefined) => void = () => {}
  /** The admin wants the rest saved, without what the dialog does not take. */
  givenUp = false
  reason: Reason | undefined

  onReason(listener: (reason: Reason | undefined) => void): void {
    this.listener = listener
  }

  /** There are errors that nobody has been told of. */
  get byErrors(): boolean {
    return this.errors > 0 && !this.accepted
  }

  setErrors(count: number): void {
    this.errors = count
    if (count === 0) {
      this.accepted = false
      if (this.reason === 'errors') this.tell(undefined)
    }
  }

  tellErrors(): void {
    this.accepted = true
    this.tell('errors')
  }

  tellRefused(): void {
    this.tell('refused')
  }

  giveUp(): void {
    this.givenUp = true
    this.accepted = true
    this.tell(undefined)
  }

  /** The dialog takes the settings now. */
  taken(): void {
    if (this.reason === 'refused') this.tell(undefined)
  }

  /** The admin wants something else: whatever was told was about something else. */
  changed(): void {
    this.accepted = false
    this.givenUp = false
    this.tell(undefined)
  }

  /** OK has gone through. */
  passed(): void {
    this.tell(undefined)
  }

  private tell(reason: Reason | undefined): void {
    if (this.reason === reason) return
    this.reason = reason
    this.listener(reason)
  }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * The only way from the pages to the network.
 *
 * Decides where the user's token goes: to paths of this origin alone, never to an address that
 * a configuration made absolute. Every request has a time limit.
 */
import type { PluginApi } from '../bridge/pluginApi'
import { ApiError, errorOf } from './errors'

export const TIMEOUT_SECONDS = 30
const SERVICE = '/ovirt-engine-numa/api/v1'
const ENGINE = '/ovirt-engine/api'

export interface Asked {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly ifMatch?: string
  readonly signal?: AbortSignal
}

export interface Answered<T> {
  readonly value: T
  readonly etag: string | null
}

export class Client {
  private readonly service: string

  constructor(
    private readonly api: Pick<PluginApi, 'ssoToken' | 'configObject'>,
    private readonly origin: string = window.location.origin,
    private readonly seconds: number = TIMEOUT_SECONDS,
  ) {
    this.service = api.configObject()?.service ?? SERVICE
  }

  ask<T>(path: string, asked: Asked = {}): Promise<Answered<T>> {
    return this.send(`${this.service}${path}`, asked)
  }

  /** The engine's own API, for what only it knows. */
  askEngine<T>(path: string, asked: Asked = {}): Promise<Answered<T>> {
    return this.send(`${ENGINE}${path}`, asked)
  }

  private async send<T>(path: string, asked: Asked): Promise<Answered<T>> {
    const url = new URL(path, this.origin)
    if (url.origin !== this.origin) throw new ApiError('other', `${url.origin} is another origin`)
    const limit = AbortSignal.timeout(this.seconds * 1000)
    const signal = asked.signal ? AbortSignal.any([asked.signal, limit]) : limit
    try {
      const response = await fetch(url, this.request(asked, signal))
      if (!response.ok) throw await errorOf(response)
      const text = await response.text()
      return { value: JSON.parse(text || 'null') as T, etag: response.headers.get('etag') }
    } catch (error) {
      if (error instanceof ApiError || asked.signal?.aborted) throw error
      if (limit.aborted) throw new ApiError('timeout', `${this.seconds}`)
      throw new ApiError('offline', String(error))
    }
  }

  private request({ method = 'GET', body, ifMatch }: Asked, signal: AbortSignal): RequestInit {
    return {
      method,
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${this.api.ssoToken()}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
  }
}

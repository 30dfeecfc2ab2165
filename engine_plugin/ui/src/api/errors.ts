// SPDX-License-Identifier: Apache-2.0
/**
 * What can go wrong between the pages and the service.
 *
 * Decides the kinds that the pages tell apart; the service's own words come with each.
 */
import type { WireProblem } from './wire'

export type ErrorKind =
  | 'offline'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'refused'
  | 'other'

export class ApiError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly detail: string,
    readonly problems: readonly WireProblem[] = [],
    /** Of a conflict: the newer version. */
    readonly etag?: string,
  ) {
    super(`${kind}: ${detail}`)
  }
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'refused',
  412: 'conflict',
  422: 'refused',
  428: 'conflict',
  502: 'other',
  503: 'offline',
  504: 'timeout',
}

interface ProblemJson {
  readonly code?: string
  readonly detail?: string
  readonly title?: string
  readonly etag?: string
  readonly problems?: readonly WireProblem[]
}

/** Of an answer that is no success; httpd's own pages, without our service, are "offline". */
export async function errorOf(response: Response): Promise<ApiError> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) {
    const kind = response.status === 401 ? 'unauthorized' : 'offline'
    return new ApiError(kind, `HTTP ${response.status}`)
  }
  const body = (await response.json()) as ProblemJson
  const kind = body.code === 'ChangedMeanwhile' ? 'conflict' : KINDS[response.status]
  const detail = body.detail ?? body.title ?? `HTTP ${response.status}`
  return new ApiError(kind ?? 'other', detail, body.problems, body.etag)
}

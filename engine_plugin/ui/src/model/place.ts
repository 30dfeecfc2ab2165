// SPDX-License-Identifier: Apache-2.0
/**
 * WebAdmin's places, as they stand behind the `#` of its address.
 *
 * Decides how a name in one is read and written: WebAdmin encodes it as in a query, and the
 * whole once more. Never knows which places there are.
 *
 *     readPlace('#hosts-general;name=b%25C3%25BCro')    { token: 'hosts-general', name: 'büro' }
 */
export interface Place {
  readonly token: string
  readonly name?: string
}

const NAME = 'name='

export function readPlace(hash: string): Place {
  const [token = '', ...parameters] = decoded(hash.replace(/^#/, ''), decodeURI).split(';')
  const given = parameters.find((each) => each.startsWith(NAME))?.slice(NAME.length)
  const name = given && decoded(given.replaceAll('+', ' '), decodeURIComponent)
  return name ? { token, name } : { token }
}

export function writePlace({ token, name }: Place): string {
  const parameter = name ? `;${NAME}${encodeURIComponent(name).replaceAll('%20', '+')}` : ''
  return `#${encodeURI(`${token}${parameter}`)}`
}

/** An address that somebody typed may be no encoding at all: then it is what it is. */
function decoded(text: string, decode: (text: string) => string): string {
  try {
    return decode(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

// SPDX-License-Identifier: Apache-2.0
/** The name of a VM or a host, as a link to its details in WebAdmin. */
import { webAdmin } from '../../bridge/pluginApi'
import { writePlace } from '../../model/place'

interface Props {
  readonly what: 'vms' | 'hosts'
  readonly name: string
  readonly children?: string
}

export function PlaceLink({ what, name, children = name }: Props) {
  const [page = ''] = webAdmin().location.href.split('#')
  return (
    <a href={`${page}${writePlace({ token: `${what}-general`, name })}`} target="_top">
      {children}
    </a>
  )
}

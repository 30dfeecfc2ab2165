// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab on a VM's details: what is set, what is pending, and who could run it. */
import { Button, Label, Title } from '@patternfly/react-core'
import { problemOf } from '../../api/problems'
import { readSettings, type Settings } from '../../api/settings'
import { pageUrl } from '../../bridge/pluginApi'
import type { MessageKey } from '../../messages/en'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { ProblemList } from '../editor/ProblemList'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { PlaceLink } from '../frame/PlaceLink'
import { useAsk } from '../frame/useAsk'
import { Facts } from './Facts'
import { LastDecision } from './LastDecision'
import { VmPicture } from './VmPicture'
import { useOwn } from './useOwn'
import { VcpusFact } from './VcpusFact'

export default function VmPage({ id }: { id: string }) {
  const { client } = useApis()
  const { value, error, reload } = useAsk<Settings>(
    ['settings', id],
    (signal) => readSettings(client, id, signal),
    { follow: true },
  )
  return (
    <div className="numa-page">
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {value && <Shown settings={value} reload={reload} />}
      {!value && error === undefined && <Loading />}
    </div>
  )
}

function Shown({ settings, reload }: { settings: Settings; reload: () => void }) {
  const { t } = useMessages()
  const { api } = useApis()
  const { inputs, current, migration } = settings
  const own = useOwn(settings)
  const { vcpus } = settings.wire
  const set = Boolean(inputs.nodeset || inputs.topology)
  const edit = () => {
    const url = pageUrl(`/editor/${settings.id}`)
    const { innerWidth, innerHeight } = window.top ?? window
    const [width, height] = [innerWidth * 0.94, innerHeight * 0.94].map((px) => `${px | 0}px`)
    api.showDialog(`NUMA: ${settings.name}`, 'numa-editor', url, width ?? '', height ?? '', {
      closeIconVisible: true,
      closeOnEscKey: false,
    })
  }
  const known = `vm.migration.${migration}` as MessageKey
  return (
    <>
      <div className="numa-heading">
        <Title headingLevel="h1" size="xl">
          {t('editor.title', { vm: settings.name })}
        </Title>
        <Button variant="secondary" onClick={edit}>
          {t('vm.edit')}
        </Button>
        <Button variant="link" onClick={reload}>
          {t('app.reload')}
        </Button>
      </div>
      <div className="numa-tiles">
        {current && <Request title={t('vm.current')} inputs={current} />}
        <Request title={t(current ? 'vm.pending' : 'vm.current')} inputs={inputs} />
        <section className="numa-tile">
          <Title headingLevel="h2" size="lg">
            {t('vm.status')}
          </Title>
          <Facts
            facts={[
              [
                t('vm.status'),
                <span key="s">
                  {settings.status}{' '}
                  {own && (
                    <PlaceLink what="hosts" name={own.hostName}>
                      {t('vm.runsOn', { host: own.hostName })}
                    </PlaceLink>
                  )}
                </span>,
              ],
              [
                t('vm.migration'),
                <Label key="m" color={!set ? 'grey' : migration === 'pinned' ? 'green' : 'orange'}>
                  {t(known)}
                </Label>,
              ],
              ...(vcpus ? [[t('vcpus.name'), <VcpusFact key="v" vcpus={vcpus} />] as const] : []),
            ]}
          />
        </section>
      </div>
      {settings.wire.problems.length > 0 && (
        <ProblemList problems={settings.wire.problems.map((each) => problemOf(each, 'warning'))} />
      )}
      <VmPicture settings={settings} own={own} />
      {set && <LastDecision vm={settings.id} />}
    </>
  )
}

function Request({ title, inputs }: { title: string; inputs: Inputs }) {
  const { t } = useMessages()
  const none = !inputs.nodeset && !inputs.topology
  return (
    <section className="numa-tile">
      <Title headingLevel="h2" size="lg">
        {title}
      </Title>
      {none ? (
        <p>{t('vm.none')}</p>
      ) : (
        <Facts
          facts={[
            [t('vm.nodeset'), <code key="n">{inputs.nodeset || '–'}</code>],
            [t('vm.topology'), <code key="t">{inputs.topology || '–'}</code>],
          ]}
        />
      )}
    </section>
  )
}

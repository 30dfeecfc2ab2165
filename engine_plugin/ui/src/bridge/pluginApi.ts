// SPDX-License-Identifier: Apache-2.0
/**
 * The part of WebAdmin's UI plugin API that is used here, and how a page gets at it.
 *
 * Decides nothing. The API is a global of WebAdmin's own window, which every page of the plugin
 * shares: the hidden one, the detail tabs and the dialogs are frames of it, of one origin.
 */
export const PLUGIN = 'ovirt-numa'

export interface Entity {
  readonly id: string
  readonly name: string
  readonly status?: string
}

export interface EventHandlers {
  UiInit(): void
  VirtualMachineSelectionChange(selected: readonly Entity[]): void
  HostSelectionChange(selected: readonly Entity[]): void
  ClusterSelectionChange(selected: readonly Entity[]): void
}

export interface ActionButton {
  readonly onClick: (selected: readonly Entity[]) => void
  readonly isEnabled: (selected: readonly Entity[]) => boolean
  readonly index?: number
  readonly id?: string
}

export interface DialogOptions {
  readonly buttons?: readonly { readonly label: string; readonly onClick: () => void }[]
  readonly closeIconVisible?: boolean
  readonly closeOnEscKey?: boolean
}

export type EntityType = 'VirtualMachine' | 'Host' | 'Cluster'

/** What an administrator may set in ovirt-numa-config.json; every user can read it. */
export interface PluginConfig {
  /** Path of the service on this origin. */
  readonly service?: string
  /** false: no tab in the Add/Edit VM dialog. */
  readonly dialogTab?: boolean
  readonly theme?: 'auto' | 'light' | 'dark'
}

export interface PluginApi {
  register(handlers: Partial<EventHandlers>): void
  ready(): void
  configObject(): PluginConfig
  ssoToken(): string
  currentLocale(): string
  engineBaseUrl(): string
  logger(): { info(text: string): void; warning(text: string): void; severe(text: string): void }
  showToast(type: 'info' | 'success' | 'warning' | 'danger', text: string): void
  addDetailPlace(
    entity: EntityType,
    label: string,
    token: string,
    url: string,
    options?: { readonly priority?: number },
  ): void
  addMenuPlaceActionButton(entity: EntityType, label: string, button: ActionButton): void
  showDialog(
    title: string,
    token: string,
    url: string,
    width: string,
    height: string,
    options?: DialogOptions,
  ): void
  closeDialog(token: string): void
}

type WebAdminWindow = Window & { pluginApi?: (name: string) => PluginApi }

export function webAdmin(): Window & typeof globalThis {
  return window.top as Window & typeof globalThis
}

/** WebAdmin's API for this plugin; an error where the page is not inside WebAdmin. */
export function pluginApi(): PluginApi {
  const find = (webAdmin() as WebAdminWindow).pluginApi
  if (!find) throw new Error('this page is a part of WebAdmin and cannot be opened alone')
  return find(PLUGIN)
}

/** The address of one of the plugin's pages, as WebAdmin wants it. */
export function pageUrl(route: string): string {
  return `plugin/${PLUGIN}/app.html#${route}`
}

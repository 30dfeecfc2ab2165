// SPDX-License-Identifier: Apache-2.0
/** The entry of `app.html`: everything that is drawn. */
import '@patternfly/react-core/dist/styles/base.css'
import { createRoot } from 'react-dom/client'
import { pluginApi } from './bridge/pluginApi'
import { App } from './components/frame/App'
import './components/frame/app.css'
import './components/frame/nodes.css'
import './components/frame/tables.css'
import './components/frame/dialogs.css'
import './components/frame/forced.css'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App api={pluginApi()} />)

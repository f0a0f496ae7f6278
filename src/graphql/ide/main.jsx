import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

/** What the gateway wrote into the page (src/graphql/ide/page.ts). */
const start = JSON.parse(document.getElementById('start')?.textContent ?? '{"operations":[],"variables":{}}')

const headers = start.token === undefined ? '{}' : JSON.stringify({ authorization: `Bearer ${start.token}` }, null, 2)

/** Strange variables make an operation fail, so each tab has only those that its operation declares. */
const variablesFor = query =>
  JSON.stringify(Object.fromEntries(Object.entries(start.variables).filter(([name]) => query.includes(`$${name}:`))), null, 2)

const first = start.operations.find(({ name }) => name === 'ArchiveOverview')
const ordered = [first, ...start.operations.filter(operation => operation !== first)].filter(Boolean)

/** Nothing that was asked stays in the browser: it may be a shared one. */
const forgetful = {
  length: 0,
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
  clear: () => undefined,
}

createRoot(document.getElementById('ide')).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: '/graphql' })}
    initialQuery={first?.query}
    initialVariables={first && variablesFor(first.query)}
    defaultTabs={ordered.map(({ query }) => ({ query, headers, variables: variablesFor(query) }))}
    defaultHeaders={headers}
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    storage={forgetful}
  />,
)

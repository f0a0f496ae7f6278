import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

/** What the gateway wrote into the page (src/graphql/ide/page.ts). */
const start = JSON.parse(document.getElementById('start')?.textContent ?? '{"operations":[],"variables":{}}')

/** The page's own token, which only this page can use: asked for when it is needed, and again a minute before it ends. */
let own

async function bearer() {
  if (own === undefined || Date.now() > own.until) {
    const answer = await fetch('/graphql/ide/token', { method: 'POST' })
    if (!answer.ok) throw new Error((await answer.json()).error?.message ?? 'There is no token for this page: load it again.')
    const { token, seconds } = await answer.json()
    own = { token, until: Date.now() + (seconds - 60) * 1000 }
  }
  return `Bearer ${own.token}`
}

/** What stands under Headers goes before the page's own token. */
async function ask(url, request) {
  const headers = new Headers(request.headers)
  if (start.asks && !headers.has('authorization')) headers.set('authorization', await bearer())
  return fetch(url, { ...request, headers })
}

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
    fetcher={createGraphiQLFetcher({ url: '/graphql', fetch: ask })}
    initialQuery={first?.query}
    initialVariables={first && variablesFor(first.query)}
    defaultTabs={ordered.map(({ query }) => ({ query, variables: variablesFor(query) }))}
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    storage={forgetful}
  />,
)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/model/packageRoot'

export const root = packageRoot(__dirname)
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** The last line of prose before it. */
  readonly above: string
}

/** The fenced blocks of a page, in order. */
export function codeBlocks(page: string): CodeBlock[] {
  const fences = page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)
  return [...fences].map(({ 1: language = '', 2: text = '', index }) =>
    ({ language, text, above: page.slice(0, index).trimEnd().split('\n').at(-1) ?? '' }))
}

/** Each query that a page asks by curl, with the answer that it prints. */
export function queriesWithAnswers(page: string): { readonly query: string; readonly answer: unknown }[] {
  const blocks = codeBlocks(page)
  return blocks.flatMap(({ text }, index) => {
    const body = /\/graphql .* -d '(.+)'$/m.exec(text)?.[1]
    if (body === undefined) return []
    const { query } = JSON.parse(body) as { query: string }
    return [{ query, answer: JSON.parse(blocks[index + 1]?.text ?? '') as unknown }]
  })
}

/** Files that a page shows whole under `folder`: each block stands below its path. */
export function filesShown(page: string, folder: string): { readonly path: string; readonly text: string }[] {
  return codeBlocks(page).flatMap(({ text, above }) => {
    const path = /^`(.+)`$/.exec(above)?.[1]
    return path?.startsWith(`${folder}/`) ? [{ path: path.slice(folder.length + 1), text }] : []
  })
}

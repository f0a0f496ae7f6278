import {
  execute, getOperationAST, Kind, visit, BREAK,
  type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { LRUCache } from 'lru-cache'
import { HutongError, isHutongError } from '../model/errors'
import type { RequestContext } from './context'
import { refusal, toClientError, type Log } from './errors'
import { judge, type Judge, type Limits } from './limits'
import { planSize } from './planSize'

/**
 * `jit`: compiled where graphql-jit can and its plan is within bounds. `js`: graphql-js alone. `auto`: the first run of a document by graphql-js, the
 * later ones compiled, so that documents which come once cost no compilation.
 */
export type Engine = 'auto' | 'jit' | 'js'

export interface Request {
  /** Parsed and valid; the same object for the same text, which is what plans are kept by. */
  readonly document: DocumentNode
  readonly operationName?: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

export interface Executor {
  execute(request: Request): Promise<ExecutionResult>
  /** By which engine the next run of an operation would go. */
  engineOf(document: DocumentNode, operationName?: string): 'jit' | 'js'
}

type Run = (context: RequestContext, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult> | ExecutionResult

interface Plan {
  readonly judge: Judge
  readonly js: Run
  /** Steps of what a compiler would write; undefined: it is not to be compiled. */
  size?: number
  runs: number
}

/** Compiled plans that are kept, and their steps together (some 2 kB each). */
const kept = { max: 300, maxSize: 50_000 }

/**
 * Executes on a schema that nobody else wraps or instruments. Never rejects: faults become INTERNAL, and are logged. Nothing is
 * compiled before it is known how large the plan gets: through abstract types it may be far larger than its document.
 */
export function createExecutor(options: { schema: GraphQLSchema; engine: Engine; limits: Limits; log: Log }): Executor {
  const { schema, engine, limits, log } = options
  const plans = new WeakMap<DocumentNode, Map<string | undefined, Plan>>()
  const compiled = new LRUCache<Plan, Run>({ ...kept, sizeCalculation: (_, { size = 0 }) => Math.max(size, 1) })

  function planOf(document: DocumentNode, operationName: string | undefined): Plan {
    const ofDocument = plans.get(document) ?? new Map<string | undefined, Plan>()
    plans.set(document, ofDocument)
    const operation = getOperationAST(document, operationName) ?? undefined
    const name = operation && operationName
    const plan = ofDocument.get(name) ?? newPlan(document, operation, name)
    ofDocument.set(name, plan)
    return plan
  }

  function newPlan(document: DocumentNode, operation: OperationDefinitionNode | undefined, operationName: string | undefined): Plan {
    if (operation === undefined) {
      throw new HutongError('BAD_ARGUMENT', 'The document has no operation of this name, or has several and none is named.', 'operationName')
    }
    const js: Run = (contextValue, variableValues) => execute({ schema, document, operationName, contextValue, variableValues })
    const size = engine === 'js' || isBeyondJit(document) ? Infinity : planSize(schema, document, operation, limits.plan)
    return { judge: judge(schema, document, operation, limits), js, runs: 0, ...(size <= limits.plan && { size }) }
  }

  function runOf(plan: Plan, document: DocumentNode, operationName: string | undefined): Run {
    if (plan.size === undefined || (engine === 'auto' && plan.runs === 0)) return plan.js
    const known = compiled.get(plan)
    if (known !== undefined) return known
    const made = compile(schema, document, operationName, plan.js)
    if (made === null) delete plan.size
    else compiled.set(plan, made)
    return made ?? plan.js
  }

  return {
    engineOf(document, operationName) {
      const plan = planOf(document, operationName)
      return runOf(plan, document, operationName) === plan.js ? 'js' : 'jit'
    },
    async execute({ document, operationName, variables, context }) {
      try {
        const plan = planOf(document, operationName)
        plan.judge.check(variables)
        const run = runOf(plan, document, operationName)
        plan.runs += 1
        const result = await run(context, variables)
        await context.audited()
        if (result.errors === undefined || !('data' in result)) return result
        return { errors: result.errors.map(error => toClientError(error, log)), data: result.data }
      } catch (error) {
        if (!isHutongError(error)) log.error({ err: error, operation: context.operation }, 'a query failed')
        return refusal(error)
      }
    },
  }
}

/**
 * Compiles one operation. Leaf values are not serialised again: what resolvers and facts give is already of the right type.
 * Variables that do not fit are told in graphql-js's words: it refuses them as well, before it runs anything.
 */
function compile(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined, js: Run): Run | null {
  const compiled = compileQuery(schema, document, operationName, { disableLeafSerialization: true, disablingCapturingStackErrors: true })
  if (!isCompiledQuery(compiled)) return null
  return async (context, variables) => {
    const result = await compiled.query(undefined, context, variables)
    return 'data' in result ? result : js(context, variables)
  }
}

/**
 * Introspection comes seldom and is large: compiling it would cost more than it saves. Conditions (`@skip`, `@include`) are
 * left to graphql-js: graphql-jit gives a field that is selected twice, once conditionally, another place in the answer.
 */
function isBeyondJit(document: DocumentNode): boolean {
  let beyond = false
  const found = (is: boolean) => {
    beyond ||= is
    return is ? BREAK : undefined
  }
  visit(document, {
    [Kind.FIELD]: node => found(node.name.value === '__schema' || node.name.value === '__type'),
    [Kind.DIRECTIVE]: node => found(node.name.value === 'skip' || node.name.value === 'include'),
  })
  return beyond
}

import { getNamedType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isRequiredArgument, isRequiredInputField, type GraphQLInputType } from 'graphql'
import { operations, permit, usualPurpose, type Operation } from '../../src/access/index'
import type { Purpose, Viewer } from '../../src/model/viewer'
import { asking, patient, schema } from '../support/graphql/ask'

const viewers: readonly Viewer[] = [
  { role: 'resident', id: 'a', resident: 'r1' }, { role: 'app', id: 'a', resident: 'r1' }, { role: 'clinician', id: 'a', institution: 'i' },
  { role: 'steward', id: 'a' }, { role: 'source', id: 'a', source: 'first-hospital' },
]
const purposes: readonly Purpose[] = ['TREAT', 'PATRQT', 'HOPERAT', 'COVERAGE']
const everyone = viewers.flatMap(viewer => purposes.map(purpose => ({ viewer, purpose, role: viewer.role })))

const roots = [['query', schema.getQueryType()!], ['mutation', schema.getMutationType()!]] as const
const fields = roots.flatMap(([kind, type]) => Object.values(type.getFields()).map(field => ({ kind, field, name: field.name as Operation })))

/** Any value of a type: what is asked matters nothing, since who may not ask learns nothing of it. */
function valueOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return valueOf(type.ofType)
  if (isListType(type)) return '[]'
  if (isEnumType(type)) return type.getValues()[0]!.name
  if (isInputObjectType(type)) return `{ ${Object.values(type.getFields()).filter(isRequiredInputField).map(each => `${each.name}: ${valueOf(each.type)}`).join(' ')} }`
  return type.name === 'Int' ? '1' : type.name === 'Date' ? '"2026-11-01"' : '"x"'
}

const queryOf = ({ kind, field }: typeof fields[number]) => {
  const args = field.args.filter(isRequiredArgument).map(each => `${each.name}: ${valueOf(each.type)}`).join(' ')
  return `${kind} { ${field.name}${args === '' ? '' : `(${args})`} ${isCompositeType(getNamedType(field.type)) ? '{ __typename }' : ''} }`
}

describe('the table of operations', () => {
  it('has a row for every field of Query and Mutation, and for nothing else but intake', () => {
    expect([...fields.map(({ name }) => name), 'intake'].toSorted()).toEqual(Object.keys(operations).toSorted())
  })

  it('lets nobody ask anything but who they are for a purpose that is not their role\'s', () => {
    const own: Readonly<Record<Viewer['role'], readonly Purpose[]>> =
      { resident: ['PATRQT', 'TREAT'], app: ['PATRQT', 'TREAT'], clinician: ['TREAT'], steward: ['HOPERAT'], source: ['HOPERAT'] }
    for (const { viewer, purpose } of everyone) {
      const may = Object.keys(operations).filter(name => mayAsk(viewer, purpose, name as Operation))
      expect([viewer.role, purpose, may.length > 1]).toEqual([viewer.role, purpose, own[viewer.role].includes(purpose)])
      expect(may).toContain('me')
    }
  })

  it('lets only stewards decide, only sources send, and no source open an archive', () => {
    const roles = (name: Operation) => viewers.filter(viewer => mayAsk(viewer, usualPurpose(viewer.role), name)).map(({ role }) => role)
    for (const name of ['quarantine', 'quarantinedEntry', 'trace', 'accounts', 'replayQuarantined', 'reviewQueue', 'linkHistory', 'decideReview', 'mergeResidents', 'splitPatient'] as const) expect(roles(name)).toEqual(['steward'])
    for (const name of ['resident', 'residents', 'node', 'nodes'] as const) expect(roles(name)).toEqual(['resident', 'app', 'clinician', 'steward'])
    expect([roles('intake'), roles('match'), roles('crossReference'), roles('reportNotMine')]).toEqual([['source'], ['steward', 'source'], ['steward', 'source'], ['resident', 'app']])
  })

  it('says in a refusal who may ask, for what, and who asks', () => {
    expect(() => permit({ viewer: viewers[3]!, purpose: 'TREAT' }, 'trace')).toThrow('This is for steward (HOPERAT); you ask as steward (TREAT).')
  })
})

describe.each(everyone)('$role for $purpose', ({ viewer, purpose }) => {
  it('is refused by GraphQL whatever the table does not give, and nothing else', async () => {
    const { ask } = asking('js')
    for (const each of fields) {
      const { result } = await ask(queryOf(each), {}, { viewer, purpose })
      const codes = (result.errors ?? []).map(({ extensions }) => extensions['code'])
      expect([each.name, codes.includes('FORBIDDEN')]).toEqual([each.name, !mayAsk(viewer, purpose, each.name)])
    }
  })
})

it('a refusal is made before anybody is looked for, behind `me` as well', async () => {
  const { ask } = asking('js')
  const { result } = await ask('{ me { role resident { id } } }', {}, { ...patient, purpose: 'COVERAGE' })
  expect(result).toMatchObject({ data: { me: { role: 'resident', resident: null } }, errors: [{ path: ['me', 'resident'], extensions: { code: 'FORBIDDEN' } }] })
})

function mayAsk(viewer: Viewer, purpose: Purpose, name: Operation): boolean {
  try {
    permit({ viewer, purpose }, name)
    return true
  } catch {
    return false
  }
}

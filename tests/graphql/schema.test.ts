import { readFileSync } from 'node:fs'
import { parse, validate, validateSchema } from 'graphql'
import { publishedSchema, schemaFile } from '../../src/graphql/emitSchema'
import { factTypes } from '../../src/model/fact'
import { RecordType } from '../../schema/enums/recordType.enum'
import { operations, schema } from '../support/graphql/ask'

describe('the published language', () => {
  it('is what schema/schema.graphql says (npm run schema writes it)', () => {
    expect(publishedSchema(schema) === readFileSync(schemaFile, 'utf8')).toBe(true)
  })

  it('is a valid schema', () => {
    expect(validateSchema(schema)).toEqual([])
  })

  it.each([...operations])('allows the operation %s', (name, query) => {
    const document = parse(query)
    expect(validate(schema, document)).toEqual([])
    expect(document.definitions[0]).toMatchObject({ kind: 'OperationDefinition', name: { value: name } })
  })

  it('has a timeline of every kind of fact but the person', () => {
    expect(Object.values(RecordType).toSorted()).toEqual(factTypes.filter(type => type !== 'Patient').toSorted())
  })

  it('describes every type', () => {
    const named = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !/(Connection|Edge)$/.test(name))
    const roots = ['Query', 'Mutation']
    expect(named.filter(({ name, description }) => !description && !roots.includes(name)).map(({ name }) => name)).toEqual([])
  })
})

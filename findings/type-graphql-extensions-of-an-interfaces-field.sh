#!/usr/bin/env bash
# type-graphql 2.0.0-rc.4 (npm) with graphql 16.12.0. Guess: @Extensions on the field resolver of a field that an interface declares stands on that
# field of the interface in the schema, as it does for an object type. Seen: it stands on the field of every type that implements it, and not on the
# interface's own. Who reads a field's extensions by the type that a selection is on (a price, a permission) finds none where a query selects
# the field on the interface. Hutong takes, for an interface's field, the dearest of its types' prices.
# Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.12.0 type-graphql@2.0.0-rc.4 graphql-scalars@1.26.0 class-validator@0.15.1 reflect-metadata@0.2.2 >/dev/null
node -e '
require("reflect-metadata")
const { buildSchemaSync, Extensions, Field, FieldResolver, InterfaceType, ObjectType, Query, Resolver } = require("type-graphql")
const decorate = (target, name, ...decorators) => { for (const each of decorators.reverse()) each(target, name, Object.getOwnPropertyDescriptor(target, name)) }
class Shape {}
decorate(Shape.prototype, "name", Field(() => String))
decorate(Shape.prototype, "area", Field(() => Number))
InterfaceType()(Shape)
class Circle extends Shape {}
ObjectType({ implements: Shape })(Circle)
class Shapes {
  shape() { return new Circle() }
  area() { return 1 }
}
decorate(Shapes.prototype, "shape", Query(() => Shape))
decorate(Shapes.prototype, "area", FieldResolver(), Extensions({ cost: 10 }))
Resolver(() => Shape)(Shapes)
const schema = buildSchemaSync({ resolvers: [Shapes], orphanedTypes: [Circle], validate: false })
const told = name => JSON.stringify(schema.getType(name).getFields().area.extensions)
console.log(`interface Shape.area: ${told("Shape")}; type Circle.area: ${told("Circle")}`)
process.exit(told("Shape") === "{}" && told("Circle") === `{"cost":10}` ? 0 : 1)'
# Output seen:
# interface Shape.area: {}; type Circle.area: {"cost":10}

# Three stages: everything is built with the development dependencies, the image has the others only.
ARG NODE=22-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /hutong
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY schema schema
COPY mappers mappers
COPY seed seed
COPY bench bench
RUN npm run build && rm -rf dist/bench dist/tsbuildinfo && find dist -name '*.map' -delete

FROM node:${NODE} AS dependencies
WORKDIR /hutong
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:${NODE}
ENV NODE_ENV=production
WORKDIR /hutong
COPY package.json ./
COPY schema/operations schema/operations
COPY mappers/tables mappers/tables
COPY mappers/sources mappers/sources
COPY --from=dependencies /hutong/node_modules node_modules
COPY --from=build /hutong/dist dist
# Where a SQLite database lies, unless HUTONG_DATABASE says otherwise: a volume for it keeps it.
RUN mkdir -m 700 data && chown node:node data
USER node
VOLUME /hutong/data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HUTONG_PORT || 4000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "dist/src/main.js"]
CMD ["serve"]

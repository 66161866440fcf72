// The public surface of `@parley/sdk/fastify`.

export type { FastifyLike, ParleyRoutes, ReplyLike, RequestLike } from './parley-routes.ts'
export { parleyRoutes } from './parley-routes.ts'

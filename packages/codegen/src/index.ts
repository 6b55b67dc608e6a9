export { type ConsumerTransport, GENERATE_DEFAULTS, type GenerateOptions } from './options.ts'
export type { ChannelPlan, EventPlan } from './plan/channel-plan.ts'
export { type Plan, type PlannedFile, plan } from './plan/plan.ts'

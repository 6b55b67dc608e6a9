/** What `longshore init` starts a project with: small, valid, without a finding above a note. */
export const SAMPLE_CONTRACT = `asyncapi: 3.0.0
info:
  title: Shop
  version: 1.0.0
  description: What happens to an order. Change it, then run longshore check.
defaultContentType: application/json

servers:
  local:
    host: localhost:9092
    protocol: kafka

channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        $ref: '#/components/messages/orderPlaced'
    bindings:
      kafka:
        partitions: 6
        topicConfiguration:
          cleanup.policy: [delete]
          retention.ms: 259200000 # 3 days
    x-dlq: order.placed.dlq
    x-retry:
      maxAttempts: 5
      backoff: exponential
      initialDelayMs: 1000

operations:
  onOrderPlaced:
    action: receive
    channel:
      $ref: '#/channels/orderPlaced'
    bindings:
      kafka:
        groupId: { type: string, enum: [shipping] }

components:
  messages:
    orderPlaced:
      name: order.placed
      summary: A customer placed an order.
      payload:
        type: object
        required: [event_id, order_id, amount]
        properties:
          event_id: { type: string, format: uuid }
          order_id: { type: string, description: The key; events of one order stay in order. }
          amount: { type: number, minimum: 0 }
          currency: { type: string, pattern: '^[A-Z]{3}$' }
          delivery:
            type: object
            properties:
              street: { type: string }
              city: { type: string }
              note: { type: string, description: For the driver. }
      bindings:
        kafka:
          key: { type: string, title: orderId }
      examples:
        - payload:
            event_id: 6f1c1f0e-5a0e-4d7e-9b58-2f2a7f0d3c11
            order_id: A-1001
            amount: 42.5
            currency: EUR
            delivery: { street: 12 Analytical Row, city: London, note: ring twice }
`

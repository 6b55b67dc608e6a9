/** What `npm run chaos -- --help` prints. */
export const HELP = `Kills, freezes and cuts processes on a real broker, then proves from PostgreSQL what became of every message.

  npm run chaos -- [--transport kafka|kafkajs|amqp|mqtt] [--seconds 60] [--seed N] [--kills N] [--inbox]
                   [--restarts N] [--crashes N] [--outages N] [--deadly N] [--competing]
                   [--consumers 3] [--producers 2] [--partitions 6] [--keys 60] [--rate 200] [--json]

  --transport  kafka is @platformatic/kafka; amqp starts a RabbitMQ and mqtt a Mosquitto of the run's own
  --kills      consumers ended by SIGKILL, by default one in three seconds; a tenth as many producers
  --inbox      effects in the inbox's transaction: exactly once. Without it: at least once
  --restarts   times the broker ends in order and starts again
  --crashes    times the broker ends by SIGKILL and starts again; what Mosquitto loses then is counted and no failure
  --outages    times the database is away, a PostgreSQL of the run's own
  --deadly     messages that kill the process that works on them; needs --inbox
  --competing  RabbitMQ: the consumers share the queue; order is not promised then
  --rate       messages a second

Without --restarts and --crashes, Kafka is that of KAFKA_BROKERS or 127.0.0.1:9092. The ledger is in PostgreSQL at DATABASE_URL, by
default postgres://postgres@127.0.0.1:5432/postgres. Ctrl-C ends all and leaves nothing. Exit code 1 when a promise is broken.

  npm run chaos -- --seconds 60 --inbox
  npm run chaos -- --transport amqp --seconds 300 --kills 100 --restarts 10 --crashes 10 --inbox
  npm run chaos -- --transport mqtt --seconds 240 --kills 100 --restarts 20 --inbox
  npm run chaos -- --transport mqtt --seconds 60 --crashes 5 --inbox --json
`

import type { JsonObject } from '@longshore/contract'
import type { DeliveryMetadata } from '../manifest.ts'
import { asBoolean, asNumber, asObject, asText, compact } from '../schema/json.ts'
import { bindingLayers, type Site } from './layers.ts'

/** Facts of an MQTT subscription and its session, from the bindings of operations, message, channel and servers. */
export function mqttMetadata(site: Site): DeliveryMetadata {
  const servers = site.servers.map(({ bindings }) => asObject(bindings.mqtt)).filter((binding) => binding !== undefined)
  const layers = [...bindingLayers(site, 'mqtt'), ...servers]
  const pick = <T>(read: (binding: JsonObject) => T | undefined) =>
    layers.map(read).find((value) => value !== undefined)
  return compact({
    qos: pick(({ qos }) => asQos(asNumber(qos))),
    retain: pick(({ retain }) => asBoolean(retain)),
    clientId: pick(({ clientId }) => asText(clientId)),
    clean_session: pick((binding) => asBoolean(binding.cleanSession ?? binding.clean_session)),
    session_expiry: pick((binding) => asNumber(binding.sessionExpiryInterval ?? binding.session_expiry)),
    shared_group: pick((binding) => asText(binding.sharedGroup ?? binding.shared_group)),
  })
}

function asQos(value: number | undefined): 0 | 1 | 2 | undefined {
  return value === 0 || value === 1 || value === 2 ? value : undefined
}

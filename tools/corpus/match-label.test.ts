import { describe, expect, it } from 'vitest'
import { fieldsFor } from './match-label.ts'
import type { FieldReport } from './read-document.ts'

describe('a label', () => {
  it('finds the field through the name of its type, its message or its channel', () => {
    const street = field('customer.address.street', ['Address.street', 'Order.customer.address.street'])
    expect(fieldsFor({ path: 'Address.street', name: 'street' }, [street])).toEqual([street])
    expect(fieldsFor({ path: 'Order.(payload).customer.address.street', name: 'street' }, [street])).toEqual([street])
  })

  it('takes arrays and tuples as they are written', () => {
    const phone = field('phones[].phone', ['Debtor.phones[].phone'])
    expect(fieldsFor({ path: 'Debtor.phones.1.phone', name: 'phone' }, [phone])).toEqual([phone])
  })

  it('prefers a field of a message over the same component by itself', () => {
    const used = field('city', ['Address.city'])
    const unused = { ...used, unused: true }
    expect(fieldsFor({ path: 'Address.city', name: 'city' }, [unused, used])).toEqual([used])
    expect(fieldsFor({ path: 'Address.city', name: 'city' }, [unused])).toEqual([unused])
  })

  it('keeps headers and payload apart where it names one', () => {
    const header = { ...field('id', ['Order.id']), header: true }
    expect(fieldsFor({ path: 'Order.(payload).id', name: 'id' }, [header])).toEqual([])
    expect(fieldsFor({ path: 'Order.(headers).id', name: 'id' }, [header])).toEqual([header])
  })
})

function field(path: string, qualified: readonly string[]): FieldReport {
  const name = path.split('.').at(-1) ?? path
  return { path, name, pii: false, description: '', header: false, qualified, unused: false }
}

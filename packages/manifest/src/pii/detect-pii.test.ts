import type { JsonObject } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import type { PiiFinding } from './candidate.ts'
import { detectPii } from './detect-pii.ts'

describe('personal data', () => {
  it.each([
    ['email', 'User', 'email', 'definite'],
    ['user_email', '', 'email', 'definite'],
    ['newEmailAddress', '', 'email', 'definite'],
    ['phoneNumber', '', 'phone', 'definite'],
    ['nationalInsuranceNumber', '', 'government_id', 'definite'],
    ['card_number', 'Payment', 'payment_card', 'definite'],
    ['IBAN', '', 'financial_account', 'definite'],
    ['passwordHash', '', 'credentials', 'definite'],
    ['lastName', '', 'name', 'potential'],
    ['customerName', '', 'name', 'potential'],
    ['addressLine2', 'Address', 'postal_address', 'potential'],
    ['diagnosis', '', 'health', 'potential'],
    ['userId', '', 'user_id', 'contextual'],
    ['createdBy', '', 'user_id', 'contextual'],
    ['ipV4Address', '', 'ip_address', 'contextual'],
    ['imei', '', 'device_id', 'contextual'],
    ['longitude', 'RideRequest', 'location', 'contextual'],
  ])('is found by the words of a name: %s (%s) is %s, %s', (name, owner, category, tier) => {
    const found = detect(name, owner)
    expect(found?.category).toBe(category)
    if (owner === '') expect(found?.tier).toBe(tier)
  })

  it.each([
    ['geburtsdatum', 'date_of_birth'],
    ['straße', 'postal_address'],
    ['prénom', 'name'],
    ['numero_telephone', 'phone'],
    ['fechaNacimiento', 'date_of_birth'],
    ['correoElectronico', 'email'],
    ['codiceFiscale', 'government_id'],
    ['achternaam', 'name'],
    ['fødselsnummer', 'government_id'],
    ['kundennummer', 'customer_id'],
    ['idUsuario', 'user_id'],
    ['telefone', 'phone'],
  ])('is found in other languages: %s is %s', (name, category) => expect(detect(name)?.category).toBe(category))

  it.each([
    ['fileName', 'DocumentUploaded'],
    ['hostname', 'User'],
    ['eventName', ''],
    ['email_verified', 'User'],
    ['emailTemplateId', ''],
    ['email_domain', ''],
    ['phoneModel', ''],
    ['batteryCapacity', ''],
    ['nameAirport', ''],
    ['usernameFragment', ''],
    ['addressType', 'Address'],
    ['serverIp', ''],
    ['ip', 'Host'],
    ['name', 'Feline'],
    ['gender', 'Cat'],
    ['city', 'AirportInfo'],
    ['latitude', 'WeatherStation'],
    ['customerOrderId', ''],
    ['nextPageToken', ''],
    ['name', 'Product'],
    ['name', ''],
    ['id', 'Order'],
    ['id', 'UserCreatedEvent'],
  ])('is not what only sounds like it: %s (%s)', (name, owner) => expect(detect(name, owner)).toBeUndefined())

  it('is told by whose it is: the nearest word decides', () => {
    expect(detect('name', 'UserProfileUpdatedEvent')?.category).toBe('name')
    expect(detect('name', 'UserDevice')).toBeUndefined()
    expect(detect('city', 'Address')?.category).toBe('postal_address')
  })

  it('is found by the first noun phrase of a description', () => {
    expect(detect('varde', '', { description: 'Personal identity number of the applicant' })?.category).toBe(
      'government_id',
    )
    expect(detect('crn', '', { description: 'Customer Reference Number (10 digits)' })?.category).toBe('customer_id')
    expect(detect('name', '', { description: 'Name of the airport' })).toBeUndefined()
    expect(detect('rule', '', { description: 'Decides which email addresses an alert is sent to' })).toBeUndefined()
  })

  it.each<[string, JsonObject, string]>([
    ['a format', { format: 'email' }, 'email'],
    ['examples', { examples: ['ada@example.com', 'bob@example.org'] }, 'email'],
    ['the pattern of a MAC address', { pattern: '^[0-9A-F]{2}(:[0-9A-F]{2}){5}$' }, 'device_id'],
    ['the pattern of a social security number', { pattern: '^\\d{3}-\\d{2}-\\d{4}$' }, 'government_id'],
  ])('is found by %s where the name is silent', (_, schema, category) => {
    expect(detect('to_1', '', schema)?.category).toBe(category)
  })

  it('never quotes a value in its evidence', () => {
    const found = detect('to', '', { format: 'email', examples: ['ada@example.com'] })
    expect(JSON.stringify(found)).not.toContain('ada@')
  })

  it('becomes surer with every sign that agrees', () => {
    const alone = detect('email')?.confidence ?? 0
    const withFormat = detect('email', '', { format: 'email' })?.confidence ?? 0
    const ofUser = detect('email', 'User', { format: 'email' })?.confidence ?? 0
    expect(alone).toBeLessThan(withFormat)
    expect(withFormat).toBeLessThan(ofUser)
    expect(ofUser).toBeLessThanOrEqual(0.99)
  })

  it('is no flag, no constant, and no name among fixed words or numbers', () => {
    expect(detect('email', 'User', { type: 'boolean' })).toBeUndefined()
    expect(detect('email', 'User', { const: 'x' })).toBeUndefined()
    expect(detect('firstName', 'User', { enum: ['one', 'two'] })).toBeUndefined()
    expect(detect('firstName', 'User', { type: 'integer' })).toBeUndefined()
    expect(detect('emailId', 'User', { format: 'uuid' })).toBeUndefined()
  })
})

describe('an annotation of the document', () => {
  it.each<[JsonObject, string]>([
    [{ 'x-pii': true }, 'personal_data'],
    [{ 'x-pii': 'email' }, 'email'],
    [{ 'x-pii': { category: 'Date of birth' } }, 'date_of_birth'],
    [{ 'x-sensitive-data': true }, 'personal_data'],
    [{ 'x-data-classification': 'pii' }, 'personal_data'],
    [{ 'x-data-classification': { level: 'confidential', categories: ['PII', 'health'] } }, 'health'],
  ])('marks data as personal: %j', (schema, category) => {
    expect(detect('varde', '', schema)).toMatchObject({ category, tier: 'explicit', confidence: 0.99 })
  })

  it.each<JsonObject>([
    { 'x-pii': false },
    { 'x-pii': 'none' },
    { 'x-sensitive-data': false },
    { 'x-data-classification': 'public' },
    { 'x-data-classification': { level: 'internal' } },
  ])('says that it is not: %j', (schema) => expect(detect('email', 'User', schema)).toBeUndefined())

  it('takes the kind of data from the name, though nothing else says whose it is', () => {
    expect(detect('sessionId', '', { 'x-pii': true })).toMatchObject({
      category: 'online_identifier',
      tier: 'explicit',
    })
  })

  it('that only says how secret data is leaves the question open', () => {
    expect(detect('email', 'User', { 'x-data-classification': 'confidential' })?.tier).toBe('definite')
    expect(detect('varde', '', { 'x-data-classification': 'confidential' })).toBeUndefined()
  })
})

function detect(name: string, owner = '', schema: JsonObject = {}): PiiFinding | undefined {
  const { type = 'string' } = schema
  return detectPii({
    name,
    type: String(type),
    schemas: [schema],
    typeNames: [],
    owners: owner === '' ? [] : [[owner]],
  })
}

import type { Concept } from './concept.ts'

/** Health, where somebody is, the devices they carry, and the ids by which systems know them. */
export const HEALTH_AND_PLACE: readonly Concept[] = [
  {
    category: 'health',
    confidence: 0.9,
    needs: 'no thing',
    value: 'any',
    phrases: `diagnosis, diagnoses, diagnosis code, medical diagnosis, icd code, icd 10, icd 10 code, snomed code, medical record, medical record number, mrn, medical history, health record, health status, health condition, medical condition, health insurance number, health insurance id, insurance member id,
      blood type, blood group, blood pressure, blood glucose, heart rate, heartrate, body temperature, oxygen saturation, spo 2, respiratory rate, body mass index, bmi, vital, vital sign, allergy, allergen of patient, medication, prescription, prescribed medication, dosage of patient, symptom, treatment plan, therapy, disability, disabilities, vaccination status, vaccination, immunization, immunisation, pregnancy, pregnant, lab result, test result of patient, lab report, surgery, mental health, chronic condition, patient alert,
      diagnose, krankenversicherungsnummer, versichertennummer, krankenkasse, blutgruppe, behinderung, groupe sanguin, antecedents medicaux, grupo sanguineo, historia clinica, gruppo sanguigno, bloedgroep, diagnostico`,
  },
  {
    category: 'health',
    confidence: 0.87,
    needs: 'person',
    value: 'any',
    phrases:
      'condition, alert, vitals, treatment, result, temperature, test result, triage, severity of illness, observation, measurement',
  },
  {
    category: 'ip_address',
    confidence: 0.83,
    needs: 'no thing',
    phrases: `ip, ip address, ipaddress, ip addr, ipaddr, ipv 4, ipv 6, ipv, ipv 4 address, ipv 6 address, ipv address, client ip, client ip address, remote ip, remote addr, remote address, source ip, source ip address, src ip, user ip, user ip address, origin ip, caller ip, visitor ip, login ip, last login ip, x forwarded for, forwarded for, x real ip, real ip, ice candidate, public ip, external ip,
      ip adresse, adresse ip, direccion ip, indirizzo ip, endereco ip, ip adres, ip adress, ip osoite, adres ip`,
  },
  {
    category: 'device_id',
    confidence: 0.83,
    needs: 'no thing',
    phrases: `mac address, macaddress, mac addr, mac, macs, imei, imei number, imsi, iccid, meid, udid, idfa, idfv, gaid, aaid, android id, advertising id, advertiser id, ad id of device, device fingerprint, browser fingerprint, device token, push token, fcm token, apns token, registration token, expo push token, installation id, hardware id of user, evcc id, bluetooth address, mobile device id, phone imei, geraete id, geraetekennung`,
  },
  {
    category: 'device_id',
    confidence: 0.78,
    needs: 'person',
    phrases:
      'device id, deviceid, device identifier, device uuid, device serial number, device, client device, user agent, useragent, browser',
  },
  {
    category: 'online_identifier',
    confidence: 0.8,
    needs: 'no thing',
    phrases: `session id, sessionid, session identifier, user session, user session id, cookie id, visitor id, visitorid, tracking cookie, anonymous id, anonymousid, distinct id, ga client id, fbclid, gclid, client fingerprint, web session id, browser id,
      facebook id, twitter id, instagram, linkedin, linkedin url, linkedin profile, github username, github login, social media handle, discord id, telegram id, telegram chat id, slack user id, profile url, profile link, user url`,
  },
  {
    category: 'location',
    confidence: 0.8,
    needs: 'no thing',
    value: 'any',
    phrases: `latitude, longitude, lat, lng, lon, long, lat lng, lat lon, latlng, latlong, latitude degree, longitude degree, gps, gps coordinate, gps location, gps position, gps latitude, gps longitude, geo location, geolocation, geo point, geopoint, geohash of user, geo coordinate, current location, last location, last known location, home location, user location, pickup location, pick up location, dropoff location, drop off location, destination location, customer location, whereabouts,
      latitud, longitud, latitudine, longitudine, breitengrad, langengrad, laengengrad, breddegrad, lengdegrad, standort, ubicacion, posizione gps`,
  },
  {
    category: 'location',
    confidence: 0.78,
    needs: 'person',
    value: 'any',
    phrases: 'location, position, coordinate, place, geo, whereabout, home, residence, timezone',
  },
]

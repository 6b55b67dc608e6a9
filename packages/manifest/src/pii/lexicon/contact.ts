import type { Concept } from './concept.ts'

/** Ways to reach somebody. */
export const CONTACT: readonly Concept[] = [
  {
    category: 'email',
    confidence: 0.96,
    phrases: `email, e mail, email address, emailaddress, e mail address, mail address, mailaddress, email addr, email id, emailid, contact email,
      email recipient, user mail, primary mail, personal mail, work mail, private mail, reply to email, email adresse, mail adresse, emailadresse,
      courriel, adresse mail, adresse email, adresse electronique, correo, correo electronico, direccion de correo,
      posta elettronica, indirizzo mail, indirizzo email, correio eletronico, endereco de email, epost, e post, epostadress, epostadresse,
      sahkoposti, adres email, emailadres, e mailadres, mailadres, paypal email, recovery email`,
  },
  {
    category: 'email',
    confidence: 0.86,
    needs: 'person',
    phrases: 'mail, mailbox, inbox address, digital address, comm address',
  },
  { category: 'email', confidence: 0.8, needs: 'person', phrases: 'cc, bcc, to, reply to, from' },
  {
    category: 'phone',
    confidence: 0.96,
    phrases: `phone, phone number, phonenumber, phone no, telephone, telephone number, telephone no, tel, tel no, tel number, mobile phone, mobilephone,
      mobile number, mobile no, mobilenumber, cell phone, cellphone, cell number, cell phone number, home phone, work phone, landline, msisdn, contact number, contact no,
      contact phone, fax, fax number, faxnumber, fax no, sms number, sms recipient, whatsapp, whatsapp number, caller id number, caller number, callee number,
      calling number, called number, e 164, telefon, telefonnummer, telefonnr, rufnummer, handynummer, mobilnummer, mobilfunknummer, festnetz,
      numero de telephone, numero telephone, telephone portable, telefono, numero de telefono, numero telefono, telefono movil, movil,
      cellulare, numero di telefono, numero cellulare, telefone, celular, numero de celular, telefoonnummer, telefoon, gsm nummer, mobiel nummer, mobiel,
      mobilnr, tlf, tlf nr, tlfnr, puhelin, puhelinnumero, numer telefonu, nr telefonu, komorka, telefonszam, telefonni cislo`,
  },
  { category: 'phone', confidence: 0.88, needs: 'person', phrases: 'mobile, cell, handy, mobil, portable' },
  {
    category: 'phone',
    confidence: 0.8,
    needs: 'person',
    phrases: 'contact detail, contact info, contact information, contact data, contact method',
  },
  {
    category: 'postal_address',
    confidence: 0.93,
    needs: 'no thing',
    phrases: `street, street name, street address, streetaddress, street line, street number, streetnumber, house number, housenumber, house no, house name, building number, building name,
      building number range, flat number, flat name, apartment number, apartment, apt number, address line, addressline, addr line, postal address, mailing address, home address,
      residential address, residence address, billing address, shipping address, delivery address, deliver to address, ship to address, bill to address, delivery location, pickup address, drop off address, dropoff address,
      correspondence address, permanent address, current address, previous address, postcode, post code, postal code, postalcode, zip code, zipcode, zip, zip plus, po box, p o box, pobox, uprn,
      eircode, plz, postleitzahl, strasse, strassenname, hausnummer, hausnr, anschrift, wohnort, wohnadresse, postanschrift, lieferadresse, rechnungsadresse, lieferanschrift, rechnungsanschrift,
      code postal, codepostal, rue, numero de rue, adresse postale, adresse de livraison, adresse de facturation, codigo postal, calle, direccion postal, direccion de envio, domicilio, cep, logradouro, endereco, bairro,
      indirizzo, via e numero, cap code, codice postale, straat, straatnaam, huisnummer, woonplaats, bezorgadres, factuuradres, postnummer, postnr, postadress, gatuadress, gata, gateadresse, adressezeile, adresszeile,
      postinumero, katuosoite, kod pocztowy, ulica, adres zamieszkania, psc, ulice, cislo popisne, iranyitoszam, utca`,
  },
  {
    category: 'postal_address',
    confidence: 0.86,
    needs: 'no thing',
    phrases:
      'address, addres, adress, adresse, adres, direccion, osoite, adresa, lakcim, addr, full address, formatted address, address text, line of address, address description',
  },
  {
    category: 'postal_address',
    confidence: 0.88,
    needs: 'address',
    phrases: `city, town, city name, town name, village, suburb, locality, dependent locality, double dependent locality, hometown, municipality, county, province, district, neighbourhood, neighborhood, borough, parish,
      state or province, region, administrative area, sub administrative area, line, flat, unit number, building, premise, sub premise, thoroughfare, floor, staircase, door number, landmark, block,
      ort, stadt, wohnung, stockwerk, ville, commune, departement, ciudad, localidad, provincia, municipio, citta, comune, cidade, municipio, stad, plaats, gemeente, stad, poststed, postort, by, kaupunki, miasto, miejscowosc, mesto, varos`,
  },
]

import type { Concept } from './concept.ts'

/** Numbers and documents by which states and authorities know a person. */
export const OFFICIAL: readonly Concept[] = [
  {
    category: 'government_id',
    confidence: 0.97,
    phrases: `ssn, social security number, social security no, social security, social insurance number, national id, national id number, national identity number, national identification number, national identifier,
      nationalid, national insurance number, national insurance no, ni number, nino, ninumber, personal identity number, personal identification number, personal identity code, personal identifier, personal number, personal id number, identity number, id card number,
      identity card, identity card number, identity document, identity document number, id document, id document number, government id, gov id, passport, passport number, passport no, passportnumber,
      driver license, driver licence, drivers license, driving license, driving licence, driver license number, driver licence number, driving licence number, driving license number, drivers license number, license number of driver, dl number,
      residence permit, residence permit number, visa number, voter id, voter number, electoral number, alien number, green card number, military id,
      tax id, taxid, tax identification number, tax payer id, taxpayer id, taxpayer number, personal tax number, tin, itin, national tax number,
      nhs number, medicare number, medicaid number, health card number,
      sozialversicherungsnummer, svnr, sv nummer, rentenversicherungsnummer, personalausweis, personalausweisnummer, ausweisnummer, reisepass, reisepassnummer, fuhrerschein, fuhrerscheinnummer, fuehrerschein, fuehrerscheinnummer, steuer id, steuerid, steuernummer, steueridentifikationsnummer, idnr,
      insee, nir, numero de securite sociale, numero securite sociale, carte vitale, numero fiscal, spi number, carte d identite, numero de passeport, permis de conduire,
      dni, nie, nif, documento de identidad, documento identidad, numero de identificacion, cedula, cedula de identidad, numero de pasaporte, pasaporte, curp, rut, cuil, cuit, run number, ine number, licencia de conducir,
      codice fiscale, codicefiscale, carta d identita, numero passaporto, passaporto, patente di guida, tessera sanitaria,
      cpf, rg number, cnh, titulo de eleitor, pis pasep, numero de contribuinte, cartao de cidadao, passaporte,
      bsn, burgerservicenummer, sofinummer, rijksregisternummer, paspoort, paspoortnummer, rijbewijs, rijbewijsnummer, insz, niss,
      personnummer, samordningsnummer, fodselsnummer, foedselsnummer, fnr, d nummer, cpr, cpr nummer, cprnr, cpr number, personnr, kennitala, henkilotunnus, hetu,
      pesel, nip number, dowod osobisty, numer dowodu, rodne cislo, rodnecislo, cislo obcanskeho prukazu, rc number, cnp, egn, oib, jmbg, emso, isikukood, asmens kodas, personas kods, szemelyi szam, tajszam, taj number,
      ahv nummer, ahvnummer, avs number, amka, afm, tckn, tc kimlik, tc kimlik no, teudat zehut,
      aadhaar, aadhaar number, aadhar, aadhar number, pan card, voter card, nric, nric number, fin number, mykad, hkid, hkid number, resident registration number, rrn, my number, sin number, tfn, tax file number, ird number, abha, cnic, nin number, id number sa`,
  },
  {
    category: 'professional_id',
    confidence: 0.87,
    phrases: `medical license number, medical licence number, gmc number, rcvs number, rcvs, npi number, bar number, professional license number, professional registration number, professional licence number, teacher number, employee number,
      employee id, employee no, employeeid, staff id, staff number, staff no, personnel number, personnel no, payroll number, badge number, badge id, worker number, pilot license, personalnummer, mitarbeiternummer, matricule, numero empleado, matricola, personeelsnummer, anstallningsnummer`,
  },
  {
    category: 'vehicle_id',
    confidence: 0.8,
    needs: 'no thing',
    phrases: `license plate, licence plate, license plate number, licence plate number, plate number, number plate, registration plate, vehicle registration number, vehicle registration, vrm, vrn, vin, vin number, vehicle identification number,
      kennzeichen, kfz kennzeichen, plaque d immatriculation, immatriculation, matricula, targa, placa, kenteken, registreringsnummer, rekisterinumero, numer rejestracyjny, spz`,
  },
]

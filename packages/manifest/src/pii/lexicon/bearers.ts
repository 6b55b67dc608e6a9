/** Whose data something can be. */
export type BearerClass =
  | 'person'
  | 'maybe person'
  | 'organisation'
  | 'animal'
  | 'place'
  | 'machine'
  | 'dealing'
  | 'thing'

/** Words for each of them, in the singular and without accents, separated by blanks. */
export const BEARER_WORDS: { readonly [bearer in BearerClass]: string } = {
  /** A human being in some role. */
  person: `
    user customer person people human individual citizen resident inhabitant patient subscriber passenger rider driver guest visitor
    traveler traveller attendee participant registrant applicant candidate employee staff coworker colleague personnel pedestrian
    student pupil teacher professor learner instructor trainer doctor physician nurse dentist vet veterinarian practitioner clinician
    therapist pharmacist caregiver carer prescriber farmer landlord lodger homeowner householder buyer shopper purchaser payer payee
    debtor borrower lender beneficiary depositor donor actor signer signatory signee witness guardian spouse husband wife mother father
    sibling kin relative cardholder accountholder policyholder claimant insured insuree administrator moderator supervisor approver
    reviewer assignee reporter requester requestor initiator submitter creator editor commenter follower friend recipient sender
    receiver addressee sendee caller callee responder rescuer officer courier chauffeur technician surveyor inspector player opponent
    teammate gamer voter prospect referrer referee inviter invitee man woman boy girl baby newborn male female contact consignee consignor
    owner holder titleholder author member admin crew rep salesperson attorney lawyer judge victim suspect offender prisoner
    kunde kundin benutzer nutzer personen mitarbeiter patientin fahrer empfanger empfaenger absender besitzer inhaber antragsteller
    ansprechpartner versicherter schuldner burger buerger
    utilisateur utilisatrice patiente salarie employe destinataire expediteur titulaire proprietaire conducteur beneficiaire
    usuario usuaria cliente persona empleado paciente destinatario remitente titular propietario conductor beneficiario ciudadano
    utente dipendente paziente mittente proprietario autista cittadino pessoa funcionario motorista
    gebruiker klant persoon werknemer medewerker ontvanger afzender eigenaar bestuurder
    anvandare kund anstalld mottagare avsandare agare bruker ansatt mottaker bruger medarbejder modtager kayttaja asiakas henkilo
    uzytkownik klient pracownik osoba zakaznik uzivatel`,

  /** A person in one document and something else in the next. */
  'maybe person': `
    client account party agent artist partner subject child dependant consumer speaker representative merchant dealer trader supplier
    vendor broker worker parent peer organizer organiser membership seller creditor manager principal performer lead leader`,

  /** A group of people under one name. */
  organisation: `
    organisation organization org company corporation enterprise business firm employer institution institute authority agency department
    division office team squad group bank insurer hospital clinic practice school university college club association union government
    ministry municipality council shop store retailer restaurant hotel brand manufacturer airline operator provider issuer carrier
    registrar publisher bureau firma unternehmen abteilung gesellschaft entreprise societe organisme empresa compania azienda ditta societa bedrijf
    foretag selskap virksomhed yritys spolka`,

  animal:
    'animal pet cat dog horse cow cattle pig sheep goat bird fish feline canine livestock herd breed species puppy kitten',

  /** Fixed places, means of public transport, and what is measured there: where they are tells of nobody. */
  place: `
    country city town village district region continent nation planet star galaxy weather climate airport flight aircraft airplane plane airspace runway vessel port
    train railway bus tram metro route stop station platform facility site warehouse depot plant factory farm parcel land zone area
    sector spot venue geofence earthquake volcano stadium museum park beach mountain river lake road lane intersection`,

  /** Computers, software and equipment: their names, addresses and positions tell of nobody. */
  machine: `
    host hostname server service application app software program process thread pod container node cluster instance machine vm
    package module library plugin component registry database db gateway router switch hub controller proxy endpoint network
    subnet vlan vpc interface protocol cert certificate algorithm cipher domain dns sensor actuator meter camera lamp light streetlight
    thermostat appliance robot drone printer terminal kiosk battery charger connector evse hardware firmware motor engine pump valve
    tank turbine satellite antenna equipment datacenter deployment environment api bot daemon listener bind upstream backend frontend`,

  /** What people do with each other: no person, but what is in it is often a person's. */
  dealing: `
    order invoice bill quote contract agreement policy claim case ticket booking reservation appointment visit payment transaction
    transfer remittance shipment delivery consignment subscription registration application enrolment enrollment ride trip purchase
    sale refund loan mortgage donation conversation chat call session meeting review comment feedback survey request activity
    bestellung auftrag rechnung commande facture pedido factura ordine fattura`,

  /** All else that a name or an id can be of. */
  thing: `
    file filename document doc folder directory path attachment archive blob bucket asset resource task job
    function method class type kind namespace variable parameter param argument property attribute column table row schema index enum
    constant event message topic queue channel exchange stream offset notification alert alarm signal command response reply callback
    webhook header body payload envelope template form page screen view widget button menu label tag category classification taxonomy
    product item article sku part variant catalog catalogue offer promotion campaign discount coupon voucher currency amount price tax fee
    fund funding budget cost ledger stock share project repo repository branch commit build release pipeline workflow step stage phase
    action operation rule metric measure measurement counter gauge report dashboard chart log trace span tenant device
    language locale game match tournament round level quest league song album track playlist movie film show episode series book chapter
    recipe dish meal food ingredient drink pancake role permission right scope privilege capability feature flag setting config
    configuration option preference mode url uri link model make version edition color colour size material shape unit quantity dataset
    experiment training prompt chain block nft validator pool coin tree leaf graph edge vertex array element entry record object field
    entity thing pathogen disease outbreak virus recall hedgerow crop plot calendar schedule slot batch lot pallet box bundle
    scheme incident key code issue
    datei dokument ordner produkt artikel gerat geraet maschine anlage fichier produit appareil archivo producto dispositivo prodotto
    prodotti produto`,
}

/** Words that say nothing of whose data it is; one looks past them. */
export const NEUTRAL_WORDS = `
  data info information detail summary dto request response reply query content value input output result status state update snapshot
  json xml avro proto v new old previous prev prior former current latest last first original updated changed created deleted removed
  added requested registered received sent raised placed completed failed cancelled canceled accepted rejected signed up out in signup
  signin signedup logged login logout registration change create delete add remove notify base abstract common generic default main
  primary secondary alternate alternative alt other additional extra optional nested inner outer sub root full simple complex extended
  basic public private internal external the a an of for by with and or to from on at my your our their his her its this that all any
  each unique single particular specific given related associated corresponding valid active home work personal mobile billing shipping
  delivery mailing postal residential permanent temporary legal preferred real actual true known list set collection x ce http com io de
  uk us en target source origin destination start end begin pickup dropoff via id identifier uuid guid number no num ref reference name
  geo geography context body payload record profile`

/** Heads of names that tell about a piece of data and do not hold it: `emailTemplateId`, `addressType`, `phoneModel`. */
export const ABOUT_WORDS = `
  type kind class category status verified unverified verification validated validity valid invalid enabled disabled confirmed
  confirmation required optional allowed supported available availability present exist active count counter total sum max min limit
  length size amount quantity rate ratio percent percentage score rank rating template subject format pattern regex mask rule schema
  column header label prefix suffix separator provider server domain service gateway model make color colour os version time timestamp
  at until since duration period ttl timeout interval schedule path endpoint bucket folder file filename notification setting preference
  option opt subscription subscribed consent policy permission role scope flag mode method action event trigger reason source channel
  queue topic job task process attempt retry error failure result response request history log audit changed updated checksum algorithm
  strength complexity fragment visible hidden public private shared sent received delivered opened clicked bounced blocked deleted
  created language locale country`

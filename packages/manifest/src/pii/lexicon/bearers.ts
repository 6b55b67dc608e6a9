/** Words for what data can belong to, separated by blanks, in the singular and without accents. */

/** Words for a human being in some role. */
export const PERSON = `
 user customer person people persona personne human individual citizen resident inhabitant patient subscriber passenger rider driver guest visitor
 traveler traveller attendee participant registrant applicant candidate employee staff staffmember coworker colleague worker
 student pupil teacher professor learner instructor trainer doctor physician nurse dentist vet veterinarian practitioner clinician therapist pharmacist caregiver carer
 farmer landlord lodger homeowner householder buyer seller shopper purchaser payer payee debtor creditor borrower lender beneficiary depositor donor
 signer signatory signee witness guardian spouse husband wife child mother father sibling kin relative dependent 
 cardholder accountholder policyholder claimant insured insuree
 admin administrator moderator supervisor manager approver reviewer assignee reporter requester requestor initiator submitter creator editor commenter follower friend
 recipient sender receiver addressee sendee caller callee responder rescuer officer courier deliverer chauffeur technician
 player opponent teammate gamer voter voteur lead prospect referrer referee inviter invitee cardmember
 man woman boy girl baby newborn male female principal actor contact consignee consignor contactperson owner holder titleholder tenantuser
 author member 
 kunde kundin benutzer nutzer person personen mitarbeiter patientin fahrer empfanger empfaenger absender besitzer inhaber antragsteller ansprechpartner versicherter schuldner
 utilisateur utilisatrice patiente salarie employe destinataire expediteur titulaire proprietaire conducteur beneficiaire
 usuario usuaria cliente persona empleado paciente destinatario remitente titular propietario conductor beneficiario
 utente dipendente paziente mittente proprietario autista
 pessoa funcionario paciente remetente motorista
 gebruiker klant persoon werknemer medewerker patient ontvanger afzender eigenaar bestuurder
 anvandare kund anstalld mottagare avsandare agare bruker kunde ansatt mottaker bruger medarbejder modtager kayttaja asiakas henkilo uzytkownik klient pracownik osoba zakaznik uzivatel`

/** Words that mean a person in one document and something else in the next; a clearer word beside them decides. */
export const PERSON_OR_NOT = `client account party agent operator host publisher artist partner subject tenant consumer speaker representative merchant dealer trader supplier vendor broker carrier issuer writer parent peer organizer organiser identity membership profile`

/** Words for a group of people under one name: its data is personal only by chance. */
export const ORGANISATION = `
 organisation organization org company corporation enterprise business firm employer institution institute authority agency department division office team squad group
 bank insurer hospital clinic practice school university college club association union government ministry municipality council
 shop store retailer restaurant hotel brand manufacturer airline carrierline operatorcompany registrar publisherhouse bureau
 firma unternehmen organisationseinheit abteilung gesellschaft entreprise societe organisme empresa compania azienda ditta societa bedrijf foretag selskap virksomhed yritys spolka`

/** Words for living things that are no people. */
export const ANIMAL = `animal pet cat dog horse cow cattle pig sheep goat bird fish feline canine livestock herd breed species puppy kitten`

/** Words for things, places, software and records: a name, an id or a place of theirs tells of nobody. */
export const THING = `
 file filename document doc folder directory path attachment archive blob bucket video audio media clip asset resource
 host hostname server service application app software program process task job thread pod container node cluster instance machine vm registry package module library plugin component
 function method class type kind interface namespace variable parameter param argument property attribute field column table row schema database db index enum constant
 event message topic queue channel exchange stream subscription partition offset broker consumergroup notification alert alarm signal command request response reply call callback webhook header body payload envelope
 template form page screen view widget button menu label tag category classification taxonomy
 product item article sku part good variant catalog catalogue offer promotion campaign discount coupon voucher order invoice quote contract agreement policy scheme claim case ticket issue incident
 payment transaction currency amount price tax fee fund funding budget cost ledger stock share coin
 project repo repository branch commit build release deployment environment pipeline workflow step stage phase activity action operation rule metric measure measurement counter gauge report dashboard chart log trace span
 device sensor actuator meter gateway router switch hub controller camera light lamp thermostat appliance robot drone printer terminal kiosk battery charger connector evse hardware firmware motor engine pump valve tank
 aircraft airplane plane airport flight runway ship vessel port train railway bus tram metro route stop station platform airspace truck trailer
 country continent nation language locale planet star galaxy weather climate
 room facility site warehouse depot plant factory farm parcel land zone area sector spot venue geofence
 game match tournament round level map quest league song album track playlist movie film show episode series book chapter recipe dish meal food ingredient drink pancake
 role permission right scope privilege capability feature flag setting config configuration option preference mode
 domain dns url uri link endpoint api protocol network subnet vlan vpc proxy certificate cert algorithm cipher
 model make version edition color colour size material shape unit quantity
 dataset experiment training prompt voice speech utterance
 chain block nft validator pool
 tree leaf graph edge vertex list set array element entry record object entity thing
 pathogen disease outbreak virus recall hedgerow crop plot 
 calendar schedule slot meeting conversation forum
 sample demo bundle batch lot shipment pallet consignment box
 datei dokument ordner produkt artikel auftrag bestellung rechnung gerat geraet maschine anlage gebaude land 
 fichier produit commande facture appareil pays archivo producto pedido factura dispositivo pais prodotto ordine fattura paese produto`

/** Words that say nothing of whose data it is; one looks past them. */
export const NEUTRAL = `
 event message msg payload data info information detail summary record dto request response reply command query header body content envelope value object entity input output result
 json xml schema view api v version new old previous prev prior former current latest last first original updated changed created deleted removed added requested registered received sent raised placed completed failed cancelled accepted rejected
 signed up out in signup signin signedup logged login logout registration change update create delete add remove notify
 base abstract common generic default main primary secondary alternate alternative alt other additional extra optional nested inner outer sub root full simple complex extended basic public private internal external
 the a an of for by with and or to from on at my your our their his her its this that all any each unique single particular specific given related associated corresponding valid active
 home work personal private mobile billing shipping delivery mailing postal residential permanent temporary legal preferred real actual true known
 list set array collection 
 x ce http kafka amqp mqtt avro proto com net io de uk us en
 target source origin destination start end begin pickup dropoff via
 id identifier uuid guid number no num code ref reference key email phone`

/** Heads of names that tell about a piece of data and do not hold it: `emailTemplateId`, `addressType`, `phoneModel`. */
export const ABOUT = `
 type kind class category status verified unverified verification validated validity valid invalid enabled disabled confirmed confirmation required optional allowed supported available availability present exist active
 count counter total sum max min limit length size amount quantity rate ratio percent percentage score rank rating priority index
 template subject format pattern regex mask rule schema field column header label prefix suffix separator
 provider server domain service gateway vendor carrier brand model make color colour manufacturer os version
 date time timestamp at until since duration period expiry expire expiration expiration date ttl timeout interval schedule
 path endpoint bucket folder file filename
 notification setting preference option opt subscription subscribed consent policy permission role scope flag mode method action event trigger reason source origin channel queue topic job task process handler 
 attempt retry error failure result response request history log audit change changed update updated
 group pool unit checksum algorithm strength complexity fragment
 visible hidden public private shared sent received delivered opened clicked bounced blocked deleted created`

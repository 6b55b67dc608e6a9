import type { Concept } from './concept.ts'

/** Cards, accounts, income; passwords and tokens. */
export const MONEY_AND_SECRETS: readonly Concept[] = [
  {
    category: 'payment_card',
    confidence: 0.97,
    phrases: `credit card, creditcard, credit card number, creditcardnumber, debit card, debit card number, card number, cardnumber, card no, card num, payment card, payment card number, primary account number, masked pan, card pan, pan number, pan,
      cvv, cvv 2, cvc, cvc 2, csc, card security code, card verification code, card verification value, security code of card, card expiry, card expiration, card expiry date, card expiration date, card exp month, card exp year, expiry of card,
      card token, card last four, card last 4, last four digit, last 4 digit, last 4, last four, card track, track 2 data, card fingerprint,
      kreditkarte, kreditkartennummer, kartennummer, carte bancaire, numero de carte, numero carte, carte de credit, tarjeta de credito, numero de tarjeta, numero tarjeta, carta di credito, numero carta, cartao de credito, numero do cartao, creditcardnummer, kortnummer, numer karty`,
  },
  {
    category: 'financial_account',
    confidence: 0.96,
    phrases: `iban, bank account, bankaccount, bank account number, bank account no, account iban, sort code and account, swift account, clabe, bank account detail, bank detail, bankdetails, direct debit account, beneficiary account, debtor account, creditor account, account holder iban,
      kontonummer, kontonr, bankverbindung, bankkonto, kontoinhaber, compte bancaire, numero de compte, rib, cuenta bancaria, numero de cuenta, conto corrente, conto bancario, numero conto, conta bancaria, numero da conta, bankrekening, rekeningnummer, bankkonto nummer, kontonummer, tilinumero, numer konta, cislo uctu, paypal account, paypal id, venmo handle, cash tag`,
  },
  {
    category: 'financial_account',
    confidence: 0.87,
    needs: 'no thing',
    phrases:
      'account number, account no, account num, accountnumber, acct number, acct no, acct num, account nr, sort code, bank routing number, wallet address, crypto address, bitcoin address, upi id, mandate reference',
  },
  {
    category: 'financial',
    confidence: 0.86,
    value: 'any',
    phrases: `salary, base salary, annual salary, income, annual income, monthly income, net income of person, wage, net worth, credit score, creditscore, credit rating, credit limit, debt to income, payslip, gehalt, lohn, einkommen, salaire, revenu, salario, sueldo, stipendio, reddito, renda, salaris, inkomen, lon, palkka, wynagrodzenie`,
  },
  {
    category: 'credentials',
    confidence: 0.96,
    phrases: `password, passwd, passcode, pass phrase, passphrase, pwd, user password, password hash, hashed password, password digest, password salt, new password, old password, confirm password, login password, pin code, pincode, pin number, user pin, otp, otp code, one time password, one time passcode, one time code, mfa code, totp, totp secret, two factor code, 2 fa code, verification code, sms code, recovery code, backup code,
      access token, accesstoken, auth token, authtoken, authentication token, authorization token, refresh token, refreshtoken, bearer token, bearer, id token, idtoken, session token, login token, reset token, password reset token, verification token, confirmation token, activation token, invite token, invitation token, csrf token, oauth token, user token, jwt, jwt token, api token, security token, magic link, reset link,
      security answer, security question, secret answer, secret question, mother maiden name, private key, privatekey, client secret, auth key, credential, user credential, authorization, proxy authorization, cookie, set cookie, ha 1,
      passwort, kennwort, zugangsdaten, mot de passe, motdepasse, mdp, contrasena, clave de acceso, parola d ordine, senha, wachtwoord, losenord, passord, adgangskode, salasana, haslo, heslo, jelszo`,
  },
  {
    category: 'credentials',
    confidence: 0.9,
    needs: 'no thing',
    phrases:
      'secret key, secret access key, access key, api key, apikey, apisecret, api secret, secret, session key, signing secret, shared secret, encryption key',
  },
  { category: 'credentials', confidence: 0.86, needs: 'person', phrases: 'token, pin, pass, auth, signature, answer' },
]

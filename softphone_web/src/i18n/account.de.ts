/** German words of the pages on which people choose a password. */
export const accountDe = {
  welcome: {
    title: "Willkommen, {{name}}",
    intro: "Wählen Sie Ihr Passwort für {{email}}. Danach sind Sie angemeldet.",
    submit: "Passwort festlegen und anmelden",
  },
  reset: {
    title: "Neues Passwort wählen",
    intro: "Für {{email}}. Alle Sitzungen, die noch offen sind, enden damit.",
    submit: "Passwort speichern",
    done: "Gespeichert",
    doneHint: "Ab sofort gilt nur noch das neue Passwort. Bitte melden Sie sich damit an.",
  },
  forgot: {
    title: "Passwort vergessen?",
    intro: "Wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.",
    submit: "Link anfordern",
    sent: "Bitte sehen Sie in Ihr Postfach",
    sentHint:
      "Gibt es zu {{email}} ein Konto, ist die Mail unterwegs. Der Link gilt eine Stunde. Nichts da? Bitte auch im Spam-Ordner nachsehen oder das Management ansprechen.",
  },
  over: {
    title: "Dieser Link gilt nicht mehr",
    invitation: "Bitten Sie das Management um eine neue Einladung.",
    reset: "Sie können gleich einen neuen anfordern.",
    again: "Neuen Link anfordern",
  },
  toSignIn: "Zur Anmeldung",
  email: "E-Mail",
  current: "Bisheriges Passwort",
  password: "Neues Passwort",
  change: {
    section: "Passwort",
    title: "Passwort ändern",
    hint: "Alle anderen Sitzungen enden damit, diese bleibt.",
    submit: "Passwort ändern",
    done: "Das neue Passwort gilt. Andere Sitzungen sind beendet.",
    due: "Zeit für ein neues Passwort",
    dueHint:
      "Hier gilt ein Passwort {{days}} Tage, Ihres ist älter. Mit dem neuen geht es sofort weiter.",
  },
  rules: {
    label: "Was das Passwort braucht",
    level1: "Stufe 1 von 4, die Grundregeln: lang genug und nicht zu erraten.",
    level2: "Stufe 2 von 4: etwas länger und gemischt – oder ein langer Satz.",
    level3: "Stufe 3 von 4: lang und gut gemischt – oder ein sehr langer Satz.",
    level4: "Stufe 4 von 4: sehr lang und aus allem gemischt – oder mehrere Sätze.",
    short: "mindestens {{least}} Zeichen",
    kinds:
      "{{kinds}} von: Großbuchstaben, Kleinbuchstaben, Ziffern, Zeichen – oder {{free}} Zeichen lang",
    plain: "nicht immer dieselben Zeichen",
    personal: "ohne den eigenen Namen",
    met: "erfüllt",
    open: "fehlt noch",
  },
};

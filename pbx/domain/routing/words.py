"""Words of routing for people: German, English."""

Words = tuple[str, str]

REASONS: dict[str, Words] = {
    "assigned": (
        "klingelt: die Nummer ist dieser Person zugeteilt",
        "rings: the number is assigned to this person",
    ),
    "ring-list": (
        "klingelt: steht auf der Klingelliste der Zentrale",
        "rings: is on the head office's ring list",
    ),
    "step": ("klingelt: so steht es in den Schritten", "rings: the steps say so"),
    "group": ("klingelt: gehört zur Gruppe dieses Schritts", "rings: is in this step's group"),
    "deputy": ("klingelt als Vertretung", "rings as the deputy"),
    "not-live": (
        "übersprungen: kein Browser ist gerade erreichbar",
        "skipped: no browser is reachable right now",
    ),
    "status": (
        "übersprungen: hat sich als nicht verfügbar eingetragen",
        "skipped: has set themselves as not available",
    ),
    "on-a-call": ("übersprungen: führt schon zwei Gespräche", "skipped: has two calls already"),
    "waiting": (
        "klingelt als zweites Gespräch: spricht gerade, und niemand ist frei",
        "rings as a second call: is on a call, and nobody is free",
    ),
    "away": ("übersprungen: ist als abwesend eingetragen", "skipped: is entered as away"),
    "unassigned": (
        "Die Nummer ist niemandem zugeteilt: sofort Anrufbeantworter.",
        "The number is assigned to nobody: voicemail at once.",
    ),
    "empty-ring-list": (
        "Die Klingelliste der Zentrale ist leer: sofort Anrufbeantworter.",
        "The head office's ring list is empty: voicemail at once.",
    ),
    "unknown-did": (
        "Diese Nummer ist nicht eingetragen und wird wie die Zentrale behandelt. Bitte unter "
        "„Nummern“ anlegen.",
        "This number is not registered and is treated like the head office. Please add it under "
        '"Numbers".',
    ),
    "cooling-down": (
        "Die Nummer hat gerade gewechselt: Anrufe gehen für einige Tage an die Zentrale.",
        "The number has just changed hands: for some days its calls go to the head office.",
    ),
    "open-only": ("übergangen: gerade ist geschlossen", "passed: it is closed just then"),
    "closed-only": ("übergangen: gerade ist geöffnet", "passed: it is open just then"),
    "holiday-only": ("übergangen: es ist kein Feiertag", "passed: it is no public holiday"),
    "caller-only": ("übergangen: gilt für andere Anrufer", "passed: it is for other callers"),
    "present": (
        "übergangen: gilt nur, solange die Person abwesend ist",
        "passed: it is only for while that person is away",
    ),
    "no-group": (
        "übergangen: die Gruppe gibt es nicht mehr. Bitte die Schritte ändern.",
        "passed: the group is gone. Please change the steps.",
    ),
    "no-number": (
        "übergangen: die Nummer gibt es nicht mehr. Bitte die Schritte ändern.",
        "passed: the number is gone. Please change the steps.",
    ),
    "no-schedule": (
        "übergangen: diese Öffnungszeiten gibt es nicht mehr. Bitte die Schritte ändern.",
        "passed: these opening hours are gone. Please change the steps.",
    ),
    "hop": (
        "Weiter mit den Schritten einer anderen Nummer",
        "On to the steps of another number",
    ),
    "too-many-hops": (
        "Der Anruf ging schon fünfmal zu einer anderen Nummer weiter: Anrufbeantworter. Bitte "
        "die Schritte auf einen Kreis prüfen.",
        "The call went on to another number five times already: voicemail. Please check the "
        "steps for a loop.",
    ),
    "announced": ("Die Ansage wird abgespielt", "The announcement plays"),
    "step-voicemail": (
        "Die Schritte sehen jetzt den Anrufbeantworter vor.",
        "The steps say voicemail now.",
    ),
    "step-reject": ("Die Schritte beenden den Anruf hier.", "The steps end the call here."),
    "steps-done": (
        "Alle Schritte sind durch: Anrufbeantworter.",
        "All steps are done: voicemail.",
    ),
    "blocked": (
        "Der Anrufer steht auf der Sperrliste: abgewiesen, niemand klingelt.",
        "The caller is on the block list: rejected, nobody rings.",
    ),
    "outside": (
        "eine Nummer außerhalb klingelt: so steht es in den Schritten",
        "a number outside rings: the steps say so",
    ),
    "outside-country": (
        "Die Nummer außerhalb wird nicht angerufen: ihr Land ist nicht für alle freigeschaltet. "
        "Zu ändern unter „Länder“.",
        "The number outside is not called: its country is not unlocked for everybody. It can be "
        'changed under "Countries".',
    ),
    "outside-number": (
        "Die Nummer außerhalb wird nicht angerufen: solche Nummern sind gesperrt. Bitte in den "
        "Schritten eine Festnetz- oder Mobilnummer eintragen.",
        "The number outside is not called: such numbers are closed. Please enter a fixed or "
        "mobile number in the steps.",
    ),
    "outside-ours": (
        "Die Nummer gehört zu unserer Anlage und wird nicht über das Netz angerufen. Bitte in "
        "den Schritten „Weiter bei Nummer“ wählen.",
        "The number is one of ours and is not called over the network. Please choose "
        '"Go on at number" in the steps.',
    ),
    "outside-back": (
        "Nach außen wird nicht angerufen: der Anruf kommt mit einer unserer eigenen Nummern und "
        "liefe sonst im Kreis.",
        "Nobody outside is called: the call comes with a number of our own and would go round in "
        "a circle.",
    ),
    "outside-limit": (
        "Die Nummer außerhalb wird nicht angerufen: die Grenze für Anrufe dorthin ist erreicht. "
        "Zu ändern unter „Grenzen“.",
        "The number outside is not called: the limit for such calls is reached. It can be "
        'changed under "Limits".',
    ),
    "outside-locked": (
        "Die Nummer außerhalb wird nicht angerufen: die Anrufe nach außen der Person, der unsere "
        "Nummer zugeteilt ist, sind angehalten. Zu ändern unter „Grenzen“.",
        "The number outside is not called: calls to the outside of the person to whom our number "
        'is assigned are stopped. It can be changed under "Limits".',
    ),
    "test-call": (
        "Testanruf der Anlage: es klingelt bei niemandem, und niemand bekommt eine Nachricht.",
        "Test call of the exchange: nobody rings, and nobody gets a message.",
    ),
}
"""Of `pbx.domain.routing.Reason`."""

FAULTS: dict[str, Words] = {
    "loop": (
        "Die Schritte führen im Kreis. Nach fünf Nummern geht der Anruf auf den "
        "Anrufbeantworter; bitte einen der Sprünge entfernen.",
        "The steps go round in a circle. After five numbers the call goes to voicemail; please "
        "remove one of the hops.",
    ),
    "long": (
        "Von hier geht es über mehr als fünf Nummern weiter; danach kommt der Anrufbeantworter. "
        "Bitte verkürzen.",
        "From here it goes on over more than five numbers; then comes voicemail. Please shorten.",
    ),
    "no-number": (
        "Die Nummer, zu der es weitergeht, gibt es nicht mehr. Bitte eine andere wählen.",
        "The number to which it goes on is gone. Please choose another one.",
    ),
    "no-person": (
        "Diese Person hat kein offenes Konto mehr. Bitte jemand anderen wählen.",
        "This person has no open account any more. Please choose somebody else.",
    ),
    "no-group": (
        "Die Gruppe gibt es nicht mehr. Bitte eine andere wählen.",
        "The group is gone. Please choose another one.",
    ),
    "empty-group": (
        "In der Gruppe ist niemand, der klingeln könnte. Bitte Personen eintragen.",
        "There is nobody in the group who could be rung. Please add people.",
    ),
    "outside": (
        "Diese Nummer außerhalb darf gerade nicht angerufen werden; der Schritt wird übergangen. "
        "Bitte eine andere wählen oder ihr Land für alle freischalten.",
        "This number outside may not be called now; the step is passed by. Please choose another "
        "one, or unlock its country for everybody.",
    ),
    "no-schedule": (
        "Diese Öffnungszeiten gibt es nicht mehr. Bitte andere wählen.",
        "These opening hours are gone. Please choose others.",
    ),
    "unreachable": (
        "Zu diesem Schritt kommt nie ein Anruf: ein früherer beendet ihn immer.",
        "No call ever gets to this step: an earlier one always ends it.",
    ),
    "nobody": (
        "Bei Anrufen auf diese Nummer klingelt nie jemand; sie gehen auf den Anrufbeantworter. "
        "Bitte jemanden zuteilen.",
        "Nobody ever rings for calls to this number; they go to voicemail. Please assign somebody.",
    ),
    "no-recipients": (
        "Nachrichten auf dieser Nummer bekommt niemand per E-Mail. Bitte Empfänger eintragen.",
        "Nobody gets this number's messages by e-mail. Please add recipients.",
    ),
}
"""Of `pbx.domain.routing.Fault`."""

FINALS: dict[str, Words] = {
    "voicemail": ("Anrufbeantworter", "Voicemail"),
    "reject": ("Ende des Anrufs", "End of the call"),
}
"""Of `pbx.domain.routing.Final`."""

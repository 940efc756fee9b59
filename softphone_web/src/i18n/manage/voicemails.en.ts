/** English words of the inbox of messages. */
import type { Same } from "../texts";
import type { voicemailsDe } from "./voicemails.de";

export const voicemailsEn: Same<typeof voicemailsDe> = {
  voicemails: {
    title: "Voicemail",
    intro: "Every message stays playable here, even where the mail does not arrive.",
    empty: "No messages",
    emptyHint: "Calls that nobody takes end up here and in the mailbox.",
    states: {
      waiting: "Waiting to be sent",
      accepted: "Delivered",
      failed: "Undeliverable",
      silent: "No message",
    },
    duration: "Length {{time}}, speech {{speech}}",
    forUser: "for {{name}}",
    forwardedTo: "forwarded to {{name}}",
    forward: "Forward to",
    note: "Note (optional)",
    submit: "Forward",
    choose: "Choose a person",
    forwarded: "Forwarded to {{name}}",
    mails: "Delivery",
    noMails: "No mail: {{reason}}",
    attempts_one: "{{count}} attempt",
    attempts_other: "{{count}} attempts",
    next: "next attempt {{time}}",
    reply: "Mail server's answer",
    by: "forwarded by {{name}}",
    reasons: {
      silence: "nobody spoke",
      "no-speech": "no speech found",
      "too-short": "too short",
      unreadable: "recording cannot be played",
    },
  },
};

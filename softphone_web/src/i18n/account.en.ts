/** English words of the pages on which people choose a password. */
import type { accountDe } from "./account.de";
import type { Same } from "./texts";

export const accountEn: Same<typeof accountDe> = {
  welcome: {
    title: "Welcome, {{name}}",
    intro: "Choose your password for {{email}}. You are signed in then.",
    submit: "Set password and sign in",
  },
  reset: {
    title: "Choose a new password",
    intro: "For {{email}}. All sessions that are still open end with it.",
    submit: "Save password",
    done: "Saved",
    doneHint: "From now on only the new password counts. Please sign in with it.",
  },
  forgot: {
    title: "Forgot your password?",
    intro: "We send you a link with which you choose a new one.",
    submit: "Ask for a link",
    sent: "Please look into your mailbox",
    sentHint:
      "If there is an account for {{email}}, the mail is on its way. The link is good for an hour. Nothing there? Please look into the spam folder as well, or ask the management.",
  },
  over: {
    title: "This link is over",
    invitation: "Please ask the management for a new invitation.",
    reset: "You can ask for a new one right away.",
    again: "Ask for a new link",
  },
  toSignIn: "To the sign-in page",
  email: "E-mail",
  current: "Present password",
  password: "New password",
  change: {
    section: "Password",
    title: "Change password",
    hint: "All other sessions end with it, this one stays.",
    submit: "Change password",
    done: "The new password counts. Other sessions have ended.",
    due: "Time for a new password",
    dueHint:
      "A password is good for {{days}} days here, yours is older. With the new one you go on at once.",
  },
  rules: {
    label: "What the password needs",
    level1: "Level 1 of 4, the basic rules: long enough and hard to guess.",
    level2: "Level 2 of 4: a little longer and mixed – or a long sentence.",
    level3: "Level 3 of 4: long and well mixed – or a very long sentence.",
    level4: "Level 4 of 4: very long and mixed of everything – or several sentences.",
    short: "at least {{least}} characters",
    kinds: "{{kinds}} of: capitals, small letters, digits, signs – or {{free}} characters",
    plain: "not always the same characters",
    personal: "without your own name",
    met: "met",
    open: "still missing",
  },
};
